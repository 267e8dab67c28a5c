import { FINAL_METRICS, type FinalMetric } from '../service/final-metrics.ts'
import type { JobsRequest, MetricCondition, SpecCondition } from '../service/ports/lists.ts'
import type { JobSummary, Page } from '../service/resources.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { listed, NEWEST, ofDataset, usualConditions, type Listing, type SortColumn } from './listing.ts'
import { jobOf, jobSummaryOf, PUBLIC_JOB } from './rows.ts'

type Row = Parameters<typeof jobOf>[0]

const JOB = Prisma.sql`job`
const LONG_COLUMNS = ['spec', 'reasons', 'notes']

const columnsBut = (unread: readonly string[]): Prisma.Sql =>
  Prisma.raw(
    Object.values(Prisma.JobScalarFieldEnum)
      .filter((name) => !unread.includes(name))
      .map((name) => `job."${name}"`)
      .join(', '),
  )

/** The columns of a job's resource, and of a job in a list. A report is in neither. */
export const JOB_COLUMNS = columnsBut(Object.keys(PUBLIC_JOB.omit))
const SUMMARY_COLUMNS = columnsBut([...Object.keys(PUBLIC_JOB.omit), ...LONG_COLUMNS])

/** The version of the data set that a job has. */
export const JOB_DATASET = Prisma.sql`(
  SELECT json_build_object('state', dataset."state", 'number', dataset."number", 'datasetId', dataset."datasetId", 'name', dataset."name")
  FROM "DatasetVersion" AS dataset WHERE dataset."id" = job."datasetId") AS "dataset"`

/** A team's jobs by what is asked for. */
export function listJobs(prisma: PrismaClient, teamId: string, request: JobsRequest): Promise<Page<JobSummary>> {
  const { sort = NEWEST, include } = request
  const columns = include === 'spec' ? JOB_COLUMNS : SUMMARY_COLUMNS
  const listing: Listing = {
    sort,
    columns: Prisma.sql`${columns}, ${JOB_DATASET}`,
    ...ordered(sort.by),
    conditions: [Prisma.sql`job."teamId" = ${teamId}`, ...ordering(teamId, sort.by), ...filters(teamId, request)],
  }
  return listed<Row, JobSummary>(prisma, listing, request, include === 'spec' ? jobOf : jobSummaryOf)
}

const isMetric = (by: string): by is FinalMetric => (FINAL_METRICS as readonly string[]).includes(by)

const COLUMNS: Readonly<Record<string, SortColumn>> = {
  created: { column: Prisma.sql`job."createdAt"`, type: 'time' },
  name: { column: Prisma.sql`job."nameKey"`, type: 'text' },
  priority: { column: Prisma.sql`job."priority"`, type: 'integer' },
}

/** By a metric, the list is read from the index of that metric's values. */
function ordered(by: string): Pick<Listing, 'from' | 'id' | 'by'> {
  if (!isMetric(by))
    return { from: Prisma.sql`"Job" AS job`, id: Prisma.sql`job."id"`, by: COLUMNS[by] ?? COLUMNS['created']! }
  return {
    from: Prisma.sql`"JobMetric" AS sorted JOIN "Job" AS job ON job."id" = sorted."jobId"`,
    id: Prisma.sql`sorted."jobId"`,
    by: { column: Prisma.sql`sorted."value"`, type: 'number' },
  }
}

const ordering = (teamId: string, by: string): Prisma.Sql[] =>
  isMetric(by) ? [Prisma.sql`sorted."teamId" = ${teamId} AND sorted."key" = ${by}`] : []

function filters(teamId: string, request: JobsRequest): Prisma.Sql[] {
  const { dataset, model, tags = [], metrics = [], search, submittedBy, sweep, spec = [] } = request
  return [
    ...usualConditions(JOB, request),
    ...(dataset === undefined ? [] : ofDataset(JOB, dataset)),
    ...(model === undefined ? [] : [Prisma.sql`job."model" = ${model}`]),
    ...tags.map((tag) => hasTag(teamId, tag)),
    ...metrics.map((condition) => fulfils(teamId, condition)),
    ...(search === undefined ? [] : [mentions(teamId, search)]),
    ...(submittedBy === undefined ? [] : [Prisma.sql`lower(job."submittedBy") = ${submittedBy.toLowerCase()}`]),
    ...(sweep === undefined ? [] : [ofSweep(sweep)]),
    ...spec.map(hasValue),
  ]
}

const hasTag = (teamId: string, tag: string): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT FROM "JobTag" AS own WHERE own."jobId" = job."id" AND own."teamId" = ${teamId} AND own."tag" = ${tag})`

const fulfils = (teamId: string, { key, comparison, value }: MetricCondition): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT FROM "JobMetric" AS own WHERE own."jobId" = job."id" AND own."teamId" = ${teamId} AND own."key" = ${key}
    AND own."value" ${Prisma.raw(comparison)} ${value}::float8)`

/** The pattern of LIKE for a text anywhere, whatever the text holds. */
const anywhere = (text: string): string => `%${text.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`

function mentions(teamId: string, search: string): Prisma.Sql {
  const pattern = anywhere(search)
  return Prisma.sql`(job."nameKey" LIKE ${pattern} OR job."id" LIKE ${pattern} OR lower(job."notes") LIKE ${pattern} OR EXISTS (
    SELECT FROM "JobTag" AS own WHERE own."jobId" = job."id" AND own."teamId" = ${teamId} AND lower(own."tag") LIKE ${pattern}))`
}

const ofSweep = (sweep: string | null): Prisma.Sql =>
  sweep === null ? Prisma.sql`job."sweepId" IS NULL` : Prisma.sql`job."sweepId" = ${sweep}`

/** Numbers are equal however they are written; texts, and all else, as they are read. */
function hasValue({ path, value }: SpecCondition): Prisma.Sql {
  const field = [...path]
  const number = Number(value)
  return value.trim() !== '' && Number.isFinite(number)
    ? Prisma.sql`job."spec" #> ${field} IN (to_jsonb(${number}::float8), to_jsonb(${value}::text))`
    : Prisma.sql`job."spec" #>> ${field} = ${value}`
}
