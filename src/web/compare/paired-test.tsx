import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { counted, percent } from '../format.ts'
import { isEnded, itemAddress, jobName, type Job } from '../shared/jobs.ts'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { SelectField } from '../ui/field.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { DifferingImages } from './differing-images.tsx'
import { points, probability, range, signed } from './numbers.ts'

export type Comparison = components['schemas']['Comparison']

/** Images that one job alone has right: how many of either are asked for. */
const LISTED = 48

/** Two runs that were evaluated on the same images, image by image; of more than two, those that are chosen. */
export function PairedTest({ jobs }: { jobs: readonly Job[] }) {
  const [[first, second], setPair] = useState<[string?, string?]>([])
  const ended = jobs.filter((job) => isEnded(job) && job.accuracy !== null)
  const a = ended.find(({ id }) => id === first) ?? ended[0]
  const b = ended.find(({ id }) => id === second && id !== a?.id) ?? ended.find(({ id }) => id !== a?.id)
  const options = ended.map((job) => ({ value: job.id, label: jobName(job) }))
  if (a === undefined || b === undefined)
    return jobs.length < 2 ? null : (
      <Card title="Image by image">
        <p className="faint">Two runs with a report on the same images can be compared image by image.</p>
      </Card>
    )
  return (
    <>
      {ended.length > 2 && (
        <div className="row">
          <SelectField label="Run a" value={a.id} options={options} onChange={(id) => setPair([id, b.id])} />
          <SelectField label="Run b" value={b.id} options={options} onChange={(id) => setPair([a.id, id])} />
        </div>
      )}
      <Pair a={a} b={b} />
    </>
  )
}

function Pair({ a, b }: { a: Job; b: Job }) {
  const comparison = useQuery({
    queryKey: ['jobs', 'compared', a.id, b.id],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      data(api.POST('/v1/jobs:compare', { body: { jobs: [a.id, b.id], differing: LISTED }, signal })),
  })
  if (comparison.data === undefined)
    return (
      <Card title="Image by image">
        {comparison.isError ? (
          <ErrorState error={comparison.error} onRetry={() => void comparison.refetch()} />
        ) : (
          <Loading what="Comparing image by image" />
        )}
      </Card>
    )
  return (
    <>
      <Card title="Image by image">
        <Verdict comparison={comparison.data} />
        <Numbers comparison={comparison.data} />
      </Card>
      <DifferingImages comparison={comparison.data} items={itemAddress(a)} />
      <Classes comparison={comparison.data} />
    </>
  )
}

function Verdict({ comparison: { a, b, accuracy, mcnemar, level, images, split } }: { comparison: Comparison }) {
  const on = `${mcnemar.midP < 1e-4 ? 'p' : 'p ='} ${probability(mcnemar.midP)} on ${counted(images, `${split} image`)}.`
  if (mcnemar.midP >= 1 - level)
    return (
      <p>
        <strong>The difference may be chance</strong>: {on}
      </p>
    )
  const better = accuracy.value > 0 ? b : a
  return (
    <p className="break">
      <strong>{jobName(better)} is better</strong>: {on}
    </p>
  )
}

interface Row {
  name: string
  value: string
  interval: string
}

const NUMBERS: Column<Row>[] = [
  { id: 'name', header: 'Number', cell: ({ name }) => <span className="compare-label">{name}</span> },
  { id: 'value', header: 'Value', align: 'number', cell: ({ value }) => value },
  { id: 'interval', header: 'Interval', align: 'number', cell: ({ interval }) => interval },
]

function Numbers({ comparison }: { comparison: Comparison }) {
  const { a, b, accuracy, nll, mcnemar, level, resamples } = comparison
  const row = (name: string, value: string, interval = '–'): Row => ({ name, value, interval })
  const rows = [
    row(`Accuracy of a: ${jobName(a)}`, percent(a.accuracy, 2), range(a.interval, percent)),
    row(`Accuracy of b: ${jobName(b)}`, percent(b.accuracy, 2), range(b.interval, percent)),
    row('Accuracy, b − a, points', points(accuracy.value), range(accuracy.interval, points)),
    row('Log loss, b − a', signed(nll.value), range(nll.interval, signed)),
    row('Images that both have right', String(mcnemar.bothRight)),
    row('Only a', String(mcnemar.onlyA)),
    row('Only b', String(mcnemar.onlyB)),
    row('Neither', String(mcnemar.bothWrong)),
    row('McNemar’s test, exact p', probability(mcnemar.exact)),
    row('McNemar’s test, mid-p', probability(mcnemar.midP)),
  ]
  return (
    <>
      <DataTable caption="Numbers of the comparison" columns={NUMBERS} rows={rows} rowId={({ name }) => name} />
      <p className="faint small">
        {percent(level, 0)} intervals; those of differences by a paired bootstrap of {resamples} resamples.
      </p>
    </>
  )
}

type ClassRow = Comparison['classes'][number]

const change = ({ recallA, recallB }: ClassRow): number | null =>
  recallA === null || recallB === null ? null : recallB - recallA

const CLASSES: Column<ClassRow>[] = [
  {
    id: 'name',
    header: 'Class',
    value: ({ name }) => name,
    cell: ({ name }) => <span className="compare-label">{name}</span>,
  },
  { id: 'images', header: 'Images', align: 'number', value: ({ images }) => images, cell: ({ images }) => images },
  {
    id: 'a',
    header: 'Recall of a',
    align: 'number',
    value: ({ recallA }) => recallA,
    cell: ({ recallA }) => percent(recallA),
  },
  {
    id: 'b',
    header: 'Recall of b',
    align: 'number',
    value: ({ recallB }) => recallB,
    cell: ({ recallB }) => percent(recallB),
  },
  {
    id: 'change',
    header: 'b − a, points',
    align: 'number',
    value: change,
    cell: (row) => {
      const difference = change(row)
      return difference === null ? '–' : points(difference)
    },
  },
  { id: 'onlyA', header: 'Only a', align: 'number', value: ({ onlyA }) => onlyA, cell: ({ onlyA }) => onlyA },
  { id: 'onlyB', header: 'Only b', align: 'number', value: ({ onlyB }) => onlyB, cell: ({ onlyB }) => onlyB },
  {
    id: 'p',
    header: 'Mid-p, uncorrected',
    align: 'number',
    value: ({ midP }) => midP,
    cell: ({ midP }) => probability(midP),
  },
]

function Classes({ comparison: { classes } }: { comparison: Comparison }) {
  return (
    <Card title="Classes">
      <DataTable caption="Recall of each class by run" columns={CLASSES} rows={classes} rowId={({ name }) => name} />
    </Card>
  )
}
