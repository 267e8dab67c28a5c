import { AppError } from '../errors.ts'
import type { NewJob } from '../service/ports/jobs.ts'
import { namedCheckpoints } from '../job-spec/named-checkpoints.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { Transaction } from './prisma-types.ts'

/** The version of a data set that a job is submitted with. */
interface SubmittedDataset {
  state: string
  number: number
  datasetId: string
  name: string
}

/**
 * The data set of a job that is submitted, which cannot be deleted until the transaction ends.
 * @throws AppError `not_found` or `wrong_state` where it was deleted, or is not ready, since the spec was resolved
 */
export async function requireReady(tx: Transaction, datasetId: string): Promise<SubmittedDataset> {
  const [dataset] = await tx.$queryRaw<SubmittedDataset[]>`
    SELECT "state", "number", "datasetId", "name" FROM "DatasetVersion" WHERE "id" = ${datasetId} FOR SHARE`
  if (dataset === undefined || dataset.state === 'deleted')
    throw new AppError('not_found', `There is no data set ${datasetId}.`)
  return dataset
}

/**
 * Notes which checkpoints jobs name, so that those are kept until the jobs have ended.
 * @throws AppError `not_found` for one that was deleted since the spec was resolved
 */
export async function useCheckpoints(tx: Transaction, jobs: readonly Pick<NewJob, 'id' | 'spec'>[]): Promise<void> {
  const uses = jobs.flatMap(({ id, spec }) =>
    namedCheckpoints(spec).map((checkpointId) => ({ jobId: id, checkpointId })),
  )
  if (uses.length === 0) return
  const ids = [...new Set(uses.map(({ checkpointId }) => checkpointId))]
  const there = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Checkpoint" WHERE "id" = ANY(${ids}) ORDER BY "id" FOR SHARE`
  const gone = ids.find((id) => !there.some((row) => row.id === id))
  if (gone !== undefined) throw new AppError('not_found', `There is no checkpoint ${gone}.`)
  await tx.checkpointUse.createMany({ data: uses })
}

/**
 * What a job needs that is queued again after its end; none of it can be deleted until the transaction ends.
 * @throws AppError `wrong_state` where its data set, or a checkpoint that its spec names, was deleted
 */
export async function requireSources(tx: Transaction, jobId: string): Promise<void> {
  const { datasetId, spec } = await tx.job.findUniqueOrThrow({
    where: { id: jobId },
    select: { datasetId: true, spec: true },
  })
  const [dataset] = await tx.$queryRaw<{ state: string }[]>`
    SELECT "state" FROM "DatasetVersion" WHERE "id" = ${datasetId} FOR SHARE`
  if (dataset === undefined || dataset.state === 'deleted')
    throw new AppError('wrong_state', `Job ${jobId} cannot run again: its data set ${datasetId} was deleted.`)
  const named = namedCheckpoints(spec as unknown as ResolvedSpec)
  if (named.length === 0) return
  const there = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Checkpoint" WHERE "id" = ANY(${named}) ORDER BY "id" FOR SHARE`
  const gone = named.find((id) => !there.some((row) => row.id === id))
  if (gone !== undefined)
    throw new AppError(
      'wrong_state',
      `Job ${jobId} cannot run again: checkpoint ${gone}, which its spec names, was deleted.`,
    )
}
