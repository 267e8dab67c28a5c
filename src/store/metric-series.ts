import type { HistoryStore } from '../service/ports/history.ts'
import type { MetricSeries } from '../service/resources.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { thinned, type Points } from './thin-series.ts'

/** Points of all metrics in an answer. */
const MAX_POINTS = 50_000
/** Values that are read one by one; of more, the extremes of ranges are read. */
const MAX_READ = 6000

interface Row {
  key: string
  steps: number[]
  values: number[]
}

interface RangesRow {
  key: string
  minSteps: number[]
  minValues: number[]
  maxSteps: number[]
  maxValues: number[]
  lastStep: number
  lastValue: number
}

/** Series of a job, each thinned to at most `maxPoints` with its extremes kept. What is read does not grow with the length of a series. */
export async function metricSeries(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  jobId: string,
  { keys, after = -1, maxPoints }: Parameters<HistoryStore['metrics']>[1],
): Promise<MetricSeries[]> {
  const ofKeys = keys === undefined ? Prisma.sql`true` : Prisma.sql`"key" = ANY(${keys})`
  const found = await prisma.$queryRaw<{ key: string; count: number }[]>`
    SELECT "key", sum("count")::float8 AS "count" FROM "MetricRange"
    WHERE "jobId" = ${jobId} AND ${ofKeys} AND "start" >= "anneal_metric_range"(${Math.max(0, after)}::integer)
    GROUP BY "key"`
  if (found.length === 0) return []
  const read = { jobId, keys: found.map(({ key }) => key), after }
  const points = Math.min(maxPoints, Math.max(1, Math.floor(MAX_POINTS / found.length)))
  const isShort = found.reduce((sum, { count }) => sum + count, 0) <= MAX_READ
  const series = await (isShort ? everyValue(prisma, read) : extremes(prisma, read))
  return series.map(({ key, ...of }) => ({ key, points: thinned(of, points) })).filter((each) => each.points.length > 0)
}

interface Read {
  jobId: string
  keys: string[]
  after: number
}

const everyValue = (prisma: Pick<PrismaClient, '$queryRaw'>, { jobId, keys, after }: Read): Promise<Row[]> =>
  prisma.$queryRaw<Row[]>`
    SELECT "key", to_json(array_agg("step" ORDER BY "step")) AS "steps", to_json(array_agg("value" ORDER BY "step")) AS "values"
    FROM "Metric" WHERE "jobId" = ${jobId} AND "key" = ANY(${keys}) AND "step" > ${after}
    GROUP BY "key" ORDER BY "key"`

async function extremes(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  { jobId, keys, after }: Read,
): Promise<({ key: string } & Points)[]> {
  const rows = await prisma.$queryRaw<RangesRow[]>`
    SELECT ranges.*, newest."step" AS "lastStep", newest."value" AS "lastValue" FROM (
      SELECT "key", to_json(array_agg("minStep" ORDER BY "start")) AS "minSteps", to_json(array_agg("minValue" ORDER BY "start")) AS "minValues",
        to_json(array_agg("maxStep" ORDER BY "start")) AS "maxSteps", to_json(array_agg("maxValue" ORDER BY "start")) AS "maxValues"
      FROM "MetricRange"
      WHERE "jobId" = ${jobId} AND "key" = ANY(${keys}) AND "start" >= "anneal_metric_range"(${Math.max(0, after)}::integer)
      GROUP BY "key"
    ) AS ranges
    CROSS JOIN LATERAL (
      SELECT "step", "value" FROM "Metric" WHERE "jobId" = ${jobId} AND "key" = ranges."key" ORDER BY "step" DESC LIMIT 1
    ) AS newest
    ORDER BY ranges."key"`
  return rows.map((row) => ({ key: row.key, ...pointsOf(row, after) }))
}

/** The smallest and the largest value of each range, and the newest of all. */
function pointsOf({ minSteps, minValues, maxSteps, maxValues, lastStep, lastValue }: RangesRow, after: number): Points {
  const steps: number[] = []
  const values: number[] = []
  const add = (step: number, value: number): void => {
    if (step <= after || step === steps.at(-1)) return
    steps.push(step)
    values.push(value)
  }
  minSteps.forEach((minStep, i) => {
    const [lowFirst, min, max] = [minStep <= maxSteps[i]!, minValues[i]!, maxValues[i]!]
    if (lowFirst) add(minStep, min)
    add(maxSteps[i]!, max)
    if (!lowFirst) add(minStep, min)
  })
  add(lastStep, lastValue)
  return { steps, values }
}
