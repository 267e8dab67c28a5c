import { AppError } from '../errors.ts'
import type { Lineage, NewJob } from '../service/ports/jobs.ts'
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

/** A version with a lock, where it is the team's own; one that is shared with it is read, as its owner alone locks it. */
async function heldDataset(tx: Transaction, id: string): Promise<SubmittedDataset | undefined> {
  const [own] = await tx.$queryRaw<SubmittedDataset[]>`
    SELECT "state", "number", "datasetId", "name" FROM "DatasetVersion" WHERE "id" = ${id} FOR SHARE`
  if (own !== undefined) return own
  const [shared] = await tx.$queryRaw<SubmittedDataset[]>`
    SELECT "state", "number", "datasetId", "name" FROM "DatasetVersion" AS version WHERE "id" = ${id}
      AND EXISTS (SELECT 1 FROM "Share" WHERE "Share"."datasetId" = version."datasetId")`
  return shared
}

/**
 * The data set of a job that is submitted, which cannot be deleted until the transaction ends.
 * @throws AppError `not_found` or `wrong_state` where it was deleted, or is not ready, since the spec was resolved
 */
export async function requireReady(tx: Transaction, datasetId: string): Promise<SubmittedDataset> {
  const dataset = await heldDataset(tx, datasetId)
  if (dataset === undefined || dataset.state === 'deleted')
    throw new AppError('not_found', `There is no data set ${datasetId}.`)
  return dataset
}

/**
 * Notes which checkpoints jobs name, so that those are kept until the jobs have ended.
 * @throws AppError `not_found` for one that was deleted since the spec was resolved
 */
export async function useCheckpoints(
  tx: Transaction,
  jobs: readonly Pick<NewJob, 'id' | 'spec' | 'forkOf'>[],
): Promise<void> {
  const uses = jobs.flatMap(({ id, spec, forkOf }) =>
    [...new Set([...namedCheckpoints(spec), ...continuedCheckpoints(forkOf)])].map((checkpointId) => ({
      jobId: id,
      checkpointId,
    })),
  )
  if (uses.length === 0) return
  const ids = [...new Set(uses.map(({ checkpointId }) => checkpointId))]
  const there = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Checkpoint" WHERE "id" = ANY(${ids}) ORDER BY "id" FOR SHARE`
  const gone = ids.find((id) => !there.some((row) => row.id === id))
  if (gone !== undefined) throw new AppError('not_found', `There is no checkpoint ${gone}.`)
  await tx.checkpointUse.createMany({ data: uses })
}

/** The checkpoints that a run which continues another takes up. */
export const continuedCheckpoints = (forkOf: Lineage | null | undefined): string[] =>
  forkOf?.mode === 'continue' ? [forkOf.checkpoint, ...(forkOf.best === null ? [] : [forkOf.best])] : []

/**
 * What a job needs that is queued again after its end; none of it can be deleted until the transaction ends.
 * @throws AppError `wrong_state` where its data set, or a checkpoint that its spec names, was deleted
 */
export async function requireSources(tx: Transaction, jobId: string): Promise<void> {
  const { datasetId, spec, forkOf, checkpoints } = await tx.job.findUniqueOrThrow({
    where: { id: jobId },
    select: { datasetId: true, spec: true, forkOf: true, checkpoints: { where: { kind: 'last' }, take: 1 } },
  })
  const dataset = await heldDataset(tx, datasetId)
  if (dataset === undefined || dataset.state === 'deleted')
    throw new AppError(
      'wrong_state',
      `Job ${jobId} cannot run again: its data set ${datasetId} was deleted, or is not shared any more.`,
    )
  const lineage = checkpoints.length > 0 ? null : (forkOf as Lineage | null)
  const named = [
    ...namedCheckpoints(spec as unknown as ResolvedSpec),
    ...(lineage?.mode === 'continue' ? [lineage.checkpoint] : []),
  ]
  if (named.length === 0) return
  const there = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Checkpoint" WHERE "id" = ANY(${named}) ORDER BY "id" FOR SHARE`
  const gone = named.find((id) => !there.some((row) => row.id === id))
  if (gone !== undefined)
    throw new AppError(
      'wrong_state',
      `Job ${jobId} cannot run again: checkpoint ${gone}, which it starts from or learns from, was deleted.`,
    )
}
