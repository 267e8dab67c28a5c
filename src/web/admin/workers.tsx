import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { data } from '../api.ts'
import { bytes, counted } from '../format.ts'
import { Listed } from '../shared/listed.tsx'
import { usePages } from '../shared/use-pages.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { operatorApi } from './operator.ts'
import { DrainDialog, WorkerActions } from './worker-actions.tsx'

export type Worker = components['schemas']['Worker']

const TONES: Readonly<Record<Worker['state'], Tone>> = { active: 'good', cordoned: 'warn', draining: 'second' }

/** The workers of the installation, what they have and what they run. */
export function Workers() {
  const [draining, setDraining] = useState<Worker>()
  const pages = usePages<Worker>(
    ['admin', 'workers'],
    (cursor, signal) =>
      data(operatorApi.GET('/v1/admin/workers', { params: { query: { limit: 100, ...cursor } }, signal })),
    { refetchMs: 5000 },
  )
  return (
    <Card title="Workers">
      <Listed
        pages={pages}
        noun="workers"
        empty={
          <EmptyState title="No worker is registered.">
            Jobs wait until one is. Start one with <code>anneal worker</code>; it registers by itself.
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable
            caption="Registered workers, newest first"
            columns={[...COLUMNS, actions(setDraining)]}
            rows={rows}
            rowId={({ id }) => id}
          />
        )}
      </Listed>
      <DrainDialog worker={draining} onClose={() => setDraining(undefined)} />
    </Card>
  )
}

const COLUMNS: readonly Column<Worker>[] = [
  {
    id: 'name',
    header: 'Worker',
    value: ({ name }) => name,
    cell: ({ name, host, version }) => (
      <div className="admin-cell">
        <span className="break">{name}</span>
        <div className="faint small break">
          {host}, version {version}
        </div>
      </div>
    ),
  },
  { id: 'state', header: 'State', value: ({ state }) => state, cell: (worker) => <State worker={worker} /> },
  { id: 'devices', header: 'Devices', cell: ({ devices }) => <Devices devices={devices} /> },
  { id: 'pools', header: 'Pools', cell: ({ pools }) => <span className="break">{pools.join(', ')}</span> },
  { id: 'labels', header: 'Labels', cell: ({ labels }) => <span className="break">{labels.join(', ') || '–'}</span> },
  { id: 'work', header: 'Runs', cell: (worker) => <Work worker={worker} /> },
  {
    id: 'seen',
    header: 'Last heard of',
    value: (worker) => worker.heartbeatAt,
    cell: (worker) => <Time at={worker.heartbeatAt} />,
  },
]

const State = ({ worker: { state, alive } }: { worker: Worker }) => (
  <span className="row">
    <Badge tone={TONES[state]}>{state}</Badge>
    {!alive && <Badge tone="bad">not heard of</Badge>}
  </span>
)

const Devices = ({ devices }: Pick<Worker, 'devices'>) => (
  <ul className="plain">
    {devices.map(({ name, kind, memoryBytes }, i) => (
      <li key={`${name} ${i}`}>
        {kind === 'gpu' ? 'GPU' : 'CPU'} {name}
        {memoryBytes !== null && <span className="faint">, {bytes(memoryBytes)}</span>}
      </li>
    ))}
  </ul>
)

function Work({ worker: { work, freeSlots, slots } }: { worker: Worker }) {
  return (
    <>
      <span className="faint">
        {freeSlots} of {counted(slots, 'device')} free
      </span>
      <ul className="plain admin-cell">
        {work.map(({ id, name, team, state }) => (
          <li key={id} className="break">
            {name}{' '}
            <span className="faint">
              of {team.name}, {state}
            </span>
            <div className="mono faint">{id}</div>
          </li>
        ))}
      </ul>
    </>
  )
}

const actions = (drain: (worker: Worker) => void): Column<Worker> => ({
  id: 'actions',
  header: 'Actions',
  cell: (worker) => <WorkerActions worker={worker} drain={drain} />,
})
