import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import type { MetricSeries } from '../../service/resources.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { positive } from '../pages.ts'
import { show } from '../print.ts'
import { NONE, shortNumber } from '../shown.ts'
import { table } from '../table.ts'

interface MetricsFlags {
  keys?: string
  maxPoints?: number
  csv?: boolean
}

const DEFAULT_POINTS = 1000
const valuesOf = ({ points }: MetricSeries): number[] => points.map(([, value]) => value)

async function metrics(job: string, { keys, maxPoints = DEFAULT_POINTS, csv = false }: MetricsFlags): Promise<void> {
  const query = new URLSearchParams({ maxPoints: String(maxPoints), ...(keys === undefined ? {} : { keys }) })
  const path = `/v1/jobs/${encodeURIComponent(job)}/metrics?${query.toString()}`
  const { data } = await (await connect()).get<{ data: MetricSeries[] }>(path)
  const missing = (keys?.split(',') ?? []).filter((key) => !data.some((series) => series.key === key.trim()))
  if (data.length === 0 && missing.length > 0)
    throw new AppError('not_found', `${job} has no series ${missing.join(', ')}; without --keys, all are listed.`)
  show({ value: data, text: () => (csv ? csvOf(data) : summary(data)), ids: data.map(({ key }) => key) })
}

const csvOf = (series: readonly MetricSeries[]): string =>
  ['key,step,value', ...series.flatMap(({ key, points }) => points.map(([step, value]) => `${key},${step},${value}`))]
    .map((line) => `${line}\n`)
    .join('')

const summary = (series: readonly MetricSeries[]): string =>
  table(series, [
    { title: 'key', of: ({ key }) => key, whole: true },
    { title: 'step', of: ({ points }) => String(points.at(-1)?.[0] ?? NONE), right: true },
    { title: 'last', of: ({ points }) => shortNumber(points.at(-1)?.[1]), right: true },
    { title: 'smallest', of: (one) => shortNumber(extreme(valuesOf(one), Math.min)), right: true },
    { title: 'largest', of: (one) => shortNumber(extreme(valuesOf(one), Math.max)), right: true },
  ])

const extreme = (values: readonly number[], of: (a: number, b: number) => number): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => of(a, b))

export const addMetrics = (parent: Command): Command =>
  parent
    .command('metrics <job>')
    .description('Print the metrics of a job: the newest, smallest and largest value of each series.')
    .option('--keys <keys>', 'these series only, such as train/loss,val/accuracy')
    .option('--max-points <count>', 'points of each series at most, for --json and --csv', positive)
    .option('--csv', 'every point, as key,step,value')
    .option('--json', 'every point, as JSON')
    .action(metrics)

/** `metrics`: what a job measured. */
export function addMetricsCommand(program: Command): void {
  addMetrics(program).addHelpText('after', CLIENT_ENVIRONMENT)
}
