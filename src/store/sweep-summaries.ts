import { datasetOfVersion, numberOfVersion } from '../service/dataset-ref.ts'
import { ENDED_STATES } from '../service/job-states.ts'
import type { SweepsRequest } from '../service/ports/lists.ts'
import type { Page, Reason } from '../service/resources.ts'
import type { Objective, SweepState, SweepSummary } from '../service/sweep-resources.ts'
import { Prisma, type PrismaClient, type Sweep as SweepRow } from './generated/client.ts'
import { listed, NEWEST, ofDataset, usualConditions, type Listing, type SortColumn } from './listing.ts'

/** A page of sweeps. Their trials, up to 200 each, are counted and compared by the database: a list reads none of them. */
export async function sweepSummaries(
  prisma: PrismaClient,
  teamId: string,
  request: SweepsRequest,
): Promise<Page<SweepSummary>> {
  const { data, nextCursor } = await listSweeps(prisma, teamId, request)
  const facts = data.length === 0 ? new Map<string, Facts>() : await factsOf(prisma, data)
  const summaries = data.map((row): SweepSummary => {
    const { objective, trials = 0n, ended = 0n, best = null } = facts.get(row.id) ?? {}
    return {
      id: row.id,
      name: row.name,
      dataset: datasetOfVersion(row.datasetId),
      datasetVersion: numberOfVersion(row.datasetId),
      kind: row.kind as SweepSummary['kind'],
      state: row.state as SweepState,
      objective: objective ?? NO_OBJECTIVE,
      best,
      counts: { trials: Number(trials), ended: Number(ended) },
      reason: row.reason as Reason | null,
      createdAt: row.createdAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
    }
  })
  return { data: summaries, nextCursor }
}

const COLUMNS = Prisma.raw(
  Object.values(Prisma.SweepScalarFieldEnum)
    .filter((name) => name !== 'request')
    .map((name) => `sweep."${name}"`)
    .join(', '),
)

const SORTS: Readonly<Record<'created' | 'name', SortColumn>> = {
  created: { column: Prisma.sql`sweep."createdAt"`, type: 'time' },
  name: { column: Prisma.sql`sweep."nameKey"`, type: 'text' },
}

type Row = Omit<SweepRow, 'request'>

function listSweeps(prisma: PrismaClient, teamId: string, request: SweepsRequest): Promise<Page<Row>> {
  const { dataset, kind, sort = NEWEST } = request
  const table = Prisma.sql`sweep`
  const listing: Listing = {
    columns: COLUMNS,
    from: Prisma.sql`"Sweep" AS sweep`,
    id: Prisma.sql`sweep."id"`,
    conditions: [
      Prisma.sql`sweep."teamId" = ${teamId}`,
      ...usualConditions(table, request),
      ...(dataset === undefined ? [] : ofDataset(table, dataset)),
      ...(kind === undefined ? [] : [Prisma.sql`sweep."kind" = ${kind}`]),
    ],
    sort,
    by: SORTS[sort.by],
  }
  return listed<Row, Row>(prisma, listing, request, (row) => row)
}

const NO_OBJECTIVE: Objective = { metric: 'val/accuracy', mode: 'max' }

interface Facts {
  id: string
  objective: Objective
  trials: bigint
  ended: bigint
  best: SweepSummary['best']
}

/** The best trial is the one of those that have had the whole budget, else of all, as `bestOf` has it. */
async function factsOf(prisma: PrismaClient, sweeps: readonly { id: string }[]): Promise<Map<string, Facts>> {
  const ids = Prisma.join(sweeps.map(({ id }) => id))
  const rows = await prisma.$queryRaw<Facts[]>`
    SELECT sweep."id", sweep."request"->'objective' AS objective, count(*) AS trials,
      count(*) FILTER (WHERE job."state" = ANY(${[...ENDED_STATES]})) AS ended,
      (array_agg(
        json_build_object('number', trial."number", 'job', trial."jobId", 'value', metric.value)
        ORDER BY job."state" = 'succeeded' DESC, metric.score DESC, trial."number"
      ) FILTER (WHERE metric.value IS NOT NULL))[1] AS best
    FROM "Sweep" AS sweep
    JOIN "Trial" AS trial ON trial."sweepId" = sweep."id"
    JOIN "Job" AS job ON job."id" = trial."jobId"
    LEFT JOIN LATERAL (
      SELECT CASE WHEN sweep."request"->'objective'->>'mode' = 'max' THEN max("value") ELSE min("value") END AS value,
        CASE WHEN sweep."request"->'objective'->>'mode' = 'max' THEN max("value") ELSE -min("value") END AS score
      FROM "Metric" WHERE "jobId" = job."id" AND "key" = sweep."request"->'objective'->>'metric'
    ) AS metric ON true
    WHERE sweep."id" IN (${ids})
    GROUP BY sweep."id"`
  return new Map(rows.map((row) => [row.id, row]))
}
