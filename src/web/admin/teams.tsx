import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { data } from '../api.ts'
import { bytes, count, figure } from '../format.ts'
import { Listed } from '../shared/listed.tsx'
import { usePages } from '../shared/use-pages.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { NewTeamDialog } from './new-team-dialog.tsx'
import { operatorApi } from './operator.ts'
import { QuotaDialog } from './quota-dialog.tsx'
import { TeamActions } from './team-actions.tsx'

export type TeamOverview = components['schemas']['TeamOverview']
export type TeamDoing = { what: 'create' } | { what: 'quota' | 'delete'; team: TeamOverview }

const TEAMS = ['admin', 'teams'] as const

/** All teams, with what each may use and uses. */
export function Teams() {
  const queries = useQueryClient()
  const [doing, setDoing] = useState<TeamDoing>()
  const pages = usePages<TeamOverview>(
    TEAMS,
    (cursor, signal) =>
      data(operatorApi.GET('/v1/admin/teams', { params: { query: { limit: 50, ...cursor } }, signal })),
    { refetchMs: 30_000 },
  )
  const close = (): void => setDoing(undefined)
  const remove = async (id: string): Promise<void> => {
    await data(operatorApi.DELETE('/v1/admin/teams/{id}', { params: { path: { id } } }))
    await queries.invalidateQueries({ queryKey: ['admin'] })
  }
  const create = (
    <Button kind="primary" onClick={() => setDoing({ what: 'create' })}>
      New team
    </Button>
  )
  return (
    <Card title="Teams" actions={create}>
      <Listed pages={pages} noun="teams" empty={<EmptyState title="There is no team yet." action={create} />}>
        {(rows) => (
          <DataTable
            caption="All teams, newest first"
            columns={[...COLUMNS, actions(setDoing)]}
            rows={rows}
            rowId={({ id }) => id}
          />
        )}
      </Listed>
      {doing?.what === 'create' && <NewTeamDialog onClose={close} />}
      {doing?.what === 'quota' && <QuotaDialog team={doing.team} onClose={close} />}
      <ConfirmDialog
        title={`Delete ${doing?.what === 'delete' ? doing.team.name : ''}?`}
        confirm="Delete the team"
        danger
        open={doing?.what === 'delete'}
        onClose={close}
        onConfirm={() => remove(doing?.what === 'delete' ? doing.team.id : '')}
      >
        With its data sets, jobs and models. Where the service has a trash, it can be restored from Deleted teams for
        some time.
      </ConfirmDialog>
    </Card>
  )
}

const COLUMNS: readonly Column<TeamOverview>[] = [
  {
    id: 'name',
    header: 'Team',
    value: ({ name }) => name,
    cell: ({ name, id }) => (
      <div className="admin-cell">
        <span className="break">{name}</span>
        <div className="mono faint break">{id}</div>
      </div>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: ({ suspendedAt }) => suspendedAt,
    cell: ({ suspendedAt }) =>
      suspendedAt === null ? <Badge tone="good">active</Badge> : <Badge tone="warn">suspended</Badge>,
  },
  {
    id: 'weight',
    header: 'Weight',
    align: 'number',
    value: ({ weight }) => weight,
    cell: ({ weight }) => figure(weight),
  },
  used('runningJobs', 'Running', count),
  used('queuedJobs', 'Queued', count),
  used('deviceHours', 'Device hours', figure),
  used('bytes', 'Stored', bytes),
  {
    id: 'created',
    header: 'Created',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
]

/** What is used of a limit, and the limit where there is one. */
function used(
  name: keyof TeamOverview['limits'],
  header: string,
  text: (value: number) => string,
): Column<TeamOverview> {
  return {
    id: name,
    header,
    align: 'number',
    value: ({ limits }) => limits[name].used,
    cell: ({ limits }) => {
      const { used: has, limit } = limits[name]
      return limit === null ? text(has ?? 0) : `${text(has ?? 0)} of ${text(limit)}`
    },
  }
}

const actions = (start: (doing: TeamDoing) => void): Column<TeamOverview> => ({
  id: 'actions',
  header: 'Actions',
  cell: (team) => <TeamActions team={team} start={start} />,
})
