import type { EarlierRun } from '../service/ports/job-claims.ts'
import type { Transaction } from './prisma-types.ts'

interface Compared {
  id: string
  teamId: string
  /** Of the version. */
  datasetId: string
  /** The job that it was forked from. */
  parent: string | undefined
}

interface Row {
  id: string
  name: string
  images: string | null
  metrics: Partial<Record<'accuracy' | 'balancedAccuracy' | 'macroF1' | 'nll', number>> | null
}

/** Newest succeeded jobs of a team among which the previous run is looked for: a claim costs no more for a long history. */
const MAX_LOOKED_AT = 50

/** The job that one was forked from, and the newest other one that succeeded on the same version of the data set, where it is not long ago. */
export async function earlierRuns(tx: Transaction, { id, teamId, datasetId, parent }: Compared): Promise<EarlierRun[]> {
  const parents =
    parent === undefined
      ? []
      : await tx.$queryRaw<Row[]>`
          SELECT "id", "name", "report" #>> '{data,images}' AS "images", "finalMetrics" AS "metrics"
          FROM "Job" WHERE "id" = ${parent} AND "teamId" = ${teamId} AND "trashId" IS NULL`
  const previous = await tx.$queryRaw<Row[]>`
    SELECT "id", "name", "report" #>> '{data,images}' AS "images", "finalMetrics" AS "metrics"
    FROM "Job" WHERE "id" = (
      SELECT "id" FROM (
        SELECT "id", "datasetId", "kind", "trashId", "createdAt" FROM "Job" WHERE "teamId" = ${teamId} AND "state" = 'succeeded'
        ORDER BY "createdAt" DESC, "id" DESC LIMIT ${MAX_LOOKED_AT}
      ) AS newest
      WHERE "datasetId" = ${datasetId} AND "kind" = 'fit' AND "id" NOT IN (${id}, ${parent ?? id}) AND "trashId" IS NULL
      ORDER BY "createdAt" DESC, "id" DESC LIMIT 1)`
  return [...parents.flatMap((row) => run('parent', row)), ...previous.flatMap((row) => run('previous', row))]
}

function run(relation: EarlierRun['relation'], { id, name, images, metrics }: Row): EarlierRun[] {
  const { accuracy, balancedAccuracy = null, macroF1 = null, nll = null } = metrics ?? {}
  if (images === null || accuracy === undefined) return []
  return [{ relation, job: id, name, images, accuracy, balancedAccuracy, macroF1, nll }]
}
