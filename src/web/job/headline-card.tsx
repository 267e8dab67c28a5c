import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { bytes, count, counted, duration, figure, percent } from '../format.ts'
import { DownloadButton } from '../shared/download-button.tsx'
import { jobName, type Job } from '../shared/jobs.ts'
import { rangeOf, type Report } from '../shared/report.ts'
import { sessionQuery } from '../session.ts'
import { Card, Facts } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'

interface Row {
  name: string
  value: string
  interval: string
  majority: string
  runs: readonly string[]
}

const share = (value: number | null | undefined): string => percent(value, 2)

/** The numbers that a run is judged by, with what they are to be compared with. */
export function HeadlineCard({ job, report }: { job: Job; report: Report }) {
  const runs = report.baselines?.runs ?? []
  const columns: Column<Row>[] = [
    { id: 'name', header: 'Metric', cell: ({ name }) => name },
    { id: 'value', header: 'Value', align: 'number', cell: ({ value }) => <strong>{value}</strong> },
    { id: 'interval', header: '95 % interval', align: 'number', cell: ({ interval }) => interval },
    ...(report.baselines === undefined
      ? []
      : [{ id: 'majority', header: 'Largest class', align: 'number' as const, cell: ({ majority }: Row) => majority }]),
    ...runs.map(({ job: id, name, relation }, i) => ({
      id,
      header: `${relation === 'parent' ? 'Parent' : 'Previous'}: ${name || id}`,
      align: 'number' as const,
      cell: (row: Row) => row.runs[i] ?? '–',
    })),
  ]
  return (
    <Card title="Headline numbers" actions={<ReportLinks job={job} />}>
      <p className="faint">
        On {counted(report.images, 'image')} of the {report.split} split, with the {report.weights} weights.
        {report.testTimeAugmentation !== undefined &&
          ` Answers are averaged over ${report.testTimeAugmentation.views} views of each image.`}
      </p>
      <DataTable
        caption="Metrics with their intervals"
        columns={columns}
        rows={rowsOf(report)}
        rowId={({ name }) => name}
      />
      {runs.length > 0 && <CompareLinks job={job} report={report} />}
      <Facts facts={factsOf(report)} />
      {report.stoppedEarly !== undefined && (
        <p>
          Training ended early, at epoch {report.stoppedEarly.epoch.toFixed(1)}: {report.stoppedEarly.metric} had not
          improved for {counted(report.stoppedEarly.patience, 'epoch')}.
        </p>
      )}
    </Card>
  )
}

function CompareLinks({ job, report }: { job: Job; report: Report }) {
  return (
    <p className="row small">
      {report.baselines?.runs.map(({ job: other, name }) => (
        <Link key={other} to="/compare" search={{ jobs: `${other},${job.id}` }}>
          Compare with {name || other}
        </Link>
      ))}
    </p>
  )
}

/** A person of one team can open the page by its address; the team of others goes with a request of this page alone. */
function ReportLinks({ job }: { job: Job }) {
  const { data: session } = useQuery(sessionQuery)
  const path = `/v1/jobs/${job.id}/report`
  return (
    <>
      {session?.teams.length === 1 && (
        <a className="button small" href={path} target="_blank" rel="noreferrer">
          Open the HTML report
        </a>
      )}
      <DownloadButton
        path={path}
        fileName={`${jobName(job)}-report.html`}
        text="Download the HTML report"
        accept="text/html"
      />
    </>
  )
}

function rowsOf(report: Report): Row[] {
  const { intervals, baselines } = report as Report & { intervals?: Report['intervals'] }
  const majority = baselines?.majority
  const runs = baselines?.runs ?? []
  const none = runs.map(() => '–')
  const row = (name: string, value: string, interval: string, more: Partial<Row> = {}): Row => ({
    name,
    value,
    interval,
    majority: '–',
    runs: none,
    ...more,
  })
  return [
    row('Accuracy', share(report.accuracy), rangeOf(intervals?.accuracy, percent), {
      majority: share(majority?.accuracy),
      runs: runs.map(({ accuracy }) => share(accuracy)),
    }),
    ...(report.top5 === undefined
      ? []
      : [row('Top-5 accuracy', share(report.top5), rangeOf(intervals?.top5, percent))]),
    row('Balanced accuracy', share(report.balancedAccuracy), rangeOf(intervals?.balancedAccuracy, percent), {
      majority: share(majority?.balancedAccuracy),
      runs: runs.map(({ balancedAccuracy }) => share(balancedAccuracy)),
    }),
    row('Macro-F1', share(report.macroF1), rangeOf(intervals?.macroF1, percent), {
      runs: runs.map(({ macroF1 }) => share(macroF1)),
    }),
    row('Log loss', figure(report.nll), rangeOf(intervals?.nll, figure), {
      majority: figure(majority?.nll),
      runs: runs.map(({ nll }) => figure(nll)),
    }),
    row('Calibration error', share(report.ece), rangeOf(intervals?.ece, percent)),
  ]
}

type Fact = readonly [string, ReactNode]

function factsOf({ cost, shots, duplicates, provenance, seconds }: Report): Fact[] {
  const groups = (['many', 'medium', 'few'] as const).filter((name) => shots[name].classes > 0)
  return [
    ...(groups.length < 2
      ? []
      : groups.map((name): Fact => [
          `Classes with ${name} images`,
          `${share(shots[name].accuracy)} (${shots[name].classes})`,
        ])),
    ['Training', duration(cost?.seconds ?? seconds)],
    ...(cost?.latency === undefined
      ? []
      : [['Latency', `${figure(cost.latency.medianMs)} ms per batch of ${cost.latency.batch}`] as Fact]),
    ...(cost?.parameters === undefined ? [] : [['Parameters', count(cost.parameters)] as Fact]),
    ...(cost?.checkpointBytes === undefined ? [] : [['Size', bytes(cost.checkpointBytes)] as Fact]),
    ...(cost?.device === undefined ? [] : [['Device', cost.device] as Fact]),
    ...(duplicates === undefined || duplicates.nearTraining === 0
      ? []
      : ([
          ['Nearly equal to training images', count(duplicates.nearTraining)],
          ['Accuracy without them', share(duplicates.accuracyWithout)],
        ] as const)),
    ...(provenance === undefined
      ? []
      : [['Version', provenance.version] as Fact, ['Seed', String(provenance.seed)] as Fact]),
  ]
}
