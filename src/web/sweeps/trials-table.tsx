import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { SweepInfo } from '../../../clients/typescript/src/types.ts'
import { figure, percent } from '../format.ts'
import { isObject, shortText } from '../shared/spec-form/value-paths.ts'
import { Badge, StateBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'

type SweepTrial = SweepInfo['trials'][number]

/** As many as the page of a comparison shows. */
const MAX_COMPARED = 20

const parametersOf = ({ parameters }: SweepTrial): Record<string, unknown> => (isObject(parameters) ? parameters : {})

/** The trials with their values; those that are chosen can be compared. */
export function TrialsTable({ sweep, trials }: { sweep: SweepInfo; trials: readonly SweepTrial[] }) {
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const columns = useMemo(() => columnsOf(sweep), [sweep])
  const jobs = trials.filter(({ job }) => chosen.has(job)).map(({ job }) => job)
  const compare = (): void => void navigate({ to: '/compare', search: { jobs: jobs.join(',') } })
  return (
    <div className="stack tight">
      <DataTable
        caption="Trials of the sweep"
        columns={columns}
        rows={trials}
        rowId={({ job }) => job}
        rowName={({ number }) => `trial ${number}`}
        selection={{ ids: chosen, onChange: setChosen }}
      />
      <div className="row">
        <Button disabled={jobs.length < 2 || jobs.length > MAX_COMPARED} onClick={compare}>
          Compare
        </Button>
        <span className="faint small">
          {jobs.length < 2 || jobs.length > MAX_COMPARED
            ? `Choose 2 to ${MAX_COMPARED} trials to compare them.`
            : `${jobs.length} trials chosen`}
        </span>
      </div>
    </div>
  )
}

/** One function: a list of columns. */
function columnsOf({ trials, objective, rungs, best }: SweepInfo): Column<SweepTrial>[] {
  const fields = [...new Set(trials.flatMap((trial) => Object.keys(parametersOf(trial))))]
  return [
    {
      id: 'number',
      header: 'Trial',
      cell: ({ number, job }) => (
        <>
          <Link to="/jobs/$id" params={{ id: job }}>
            #{number}
          </Link>{' '}
          {trials.length > 1 && number === best?.number && <Badge tone="good">best</Badge>}
        </>
      ),
      value: ({ number }) => number,
    },
    {
      id: 'state',
      header: 'State',
      cell: ({ state, reason }) => (
        <>
          <StateBadge state={state} />
          {reason !== null && <div className="small faint break">{reason.detail}</div>}
        </>
      ),
      value: ({ state }) => state,
    },
    ...fields.map((pointer): Column<SweepTrial> => {
      const isNumber = trials.every((trial) => typeof parametersOf(trial)[pointer] === 'number')
      const textOf = (trial: SweepTrial): string => {
        const value = parametersOf(trial)[pointer]
        return typeof value === 'number' ? figure(value) : value === undefined ? '–' : shortText(value)
      }
      return {
        id: pointer,
        header: pointer.slice(1),
        cell: (trial) => <span className="break">{textOf(trial)}</span>,
        value: (trial) => {
          const value = parametersOf(trial)[pointer]
          return typeof value === 'number' ? value : textOf(trial)
        },
        ...(isNumber ? { align: 'number' as const } : {}),
      }
    }),
    {
      id: 'value',
      header: objective.metric,
      cell: ({ value }) => figure(value),
      value: ({ value }) => value,
      align: 'number',
    },
    {
      id: 'accuracy',
      header: 'Test accuracy',
      cell: ({ accuracy }) => percent(accuracy),
      value: ({ accuracy }) => accuracy,
      align: 'number',
    },
    ...(rungs.length > 1
      ? [
          {
            id: 'done',
            header: 'Budget',
            cell: ({ done }: SweepTrial) => percent(done, 0),
            value: ({ done }: SweepTrial) => done,
            align: 'number' as const,
          },
        ]
      : []),
  ]
}
