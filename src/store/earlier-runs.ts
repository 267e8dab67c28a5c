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

/** The job that one was forked from, and the last other one before it that succeeded on the same version of the data set. */
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
      SELECT "id" FROM "Job"
      WHERE "teamId" = ${teamId} AND "datasetId" = ${datasetId} AND "state" = 'succeeded' AND "kind" = 'fit'
        AND "id" NOT IN (${id}, ${parent ?? id}) AND "trashId" IS NULL
      ORDER BY "endedAt" DESC LIMIT 1)`
  return [...parents.flatMap((row) => run('parent', row)), ...previous.flatMap((row) => run('previous', row))]
}

function run(relation: EarlierRun['relation'], { id, name, images, metrics }: Row): EarlierRun[] {
  const { accuracy, balancedAccuracy = null, macroF1 = null, nll = null } = metrics ?? {}
  if (images === null || accuracy === undefined) return []
  return [{ relation, job: id, name, images, accuracy, balancedAccuracy, macroF1, nll }]
}
