import type { EarlierRun } from '../service/ports/job-claims.ts'
import { Prisma } from './generated/client.ts'
import type { Statements } from './prisma-types.ts'

/** Newest succeeded jobs of a team among which the previous run is looked for: a claim costs no more for a long history. */
const MAX_LOOKED_AT = Prisma.raw('50')

/** A row of "run" as what reports compare with; those that have no metrics are left out. */
const COMPARED = Prisma.sql`
  run."id" AS "job", run."name", run."report" #>> '{data,images}' AS "images", (run."finalMetrics"->>'accuracy')::float8 AS "accuracy",
  (run."finalMetrics"->>'balancedAccuracy')::float8 AS "balancedAccuracy", (run."finalMetrics"->>'macroF1')::float8 AS "macroF1",
  (run."finalMetrics"->>'nll')::float8 AS "nll"`
const IS_COMPARABLE = Prisma.sql`run."report" #>> '{data,images}' IS NOT NULL AND run."finalMetrics"->>'accuracy' IS NOT NULL`

/** The newest other job than the row `job` that succeeded on the same version of the data set, where it is not long ago. */
export const previousRun = (job: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT 'previous' AS "relation", ${COMPARED} FROM "Job" AS run
  WHERE ${IS_COMPARABLE} AND run."id" = (
    SELECT "id" FROM (
      SELECT "id", "datasetId", "kind", "trashId", "createdAt" FROM "Job" AS ended WHERE ended."teamId" = ${job}."teamId" AND ended."state" = 'succeeded'
      ORDER BY ended."createdAt" DESC, ended."id" DESC LIMIT ${MAX_LOOKED_AT}
    ) AS newest
    WHERE newest."datasetId" = ${job}."datasetId" AND newest."kind" = 'fit' AND newest."trashId" IS NULL
      AND newest."id" NOT IN (${job}."id", coalesce(${job}."forkOf"->>'job', ''))
    ORDER BY newest."createdAt" DESC, newest."id" DESC LIMIT 1)`

/** The job that one was forked from, where it has succeeded. */
export async function parentRun(
  tx: Statements,
  { teamId, parent }: { teamId: string; parent: string },
): Promise<EarlierRun | undefined> {
  const [run] = await tx.$queryRaw<EarlierRun[]>`
    SELECT 'parent' AS "relation", ${COMPARED} FROM "Job" AS run
    WHERE run."id" = ${parent} AND run."teamId" = ${teamId} AND run."trashId" IS NULL AND ${IS_COMPARABLE}`
  return run
}
