import { AppError } from '../errors.ts'
import type { Lineage, NewJob } from '../service/ports/jobs.ts'
import { namedCheckpoints } from '../job-spec/named-checkpoints.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { Transaction } from './prisma-types.ts'

/** The version of a data set that a job is submitted with. */
export interface SubmittedDataset {
  id: string
  state: string
  number: number
  datasetId: string
  name: string
}

/** Versions with a lock, where they are the team's own; those that are shared with it are read, as their owner alone locks them. */
async function heldDatasets(tx: Transaction, ids: readonly string[]): Promise<Map<string, SubmittedDataset>> {
  const own = await tx.$queryRaw<SubmittedDataset[]>`
    SELECT "id", "state", "number", "datasetId", "name" FROM "DatasetVersion" WHERE "id" = ANY(${[...ids]})
    ORDER BY "id" FOR SHARE`
  const found = new Map(own.map((version) => [version.id, version]))
  const others = ids.filter((id) => !found.has(id))
  if (others.length === 0) return found
  const shared = await tx.$queryRaw<SubmittedDataset[]>`
    SELECT "id", "state", "number", "datasetId", "name" FROM "DatasetVersion" AS version WHERE "id" = ANY(${others})
      AND EXISTS (SELECT 1 FROM "Share" WHERE "Share"."datasetId" = version."datasetId")`
  for (const version of shared) found.set(version.id, version)
  return found
}

/**
 * The data sets of jobs that are submitted, by id, which cannot be deleted until the transaction ends.
 * @throws AppError `not_found` where one was deleted since the spec was resolved
 */
export async function requireReady(tx: Transaction, ids: readonly string[]): Promise<Map<string, SubmittedDataset>> {
  const found = await heldDatasets(tx, ids)
  const gone = ids.find((id) => (found.get(id)?.state ?? 'deleted') === 'deleted')
  if (gone !== undefined) throw new AppError('not_found', `There is no data set ${gone}.`)
  return found
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
  const dataset = (await heldDatasets(tx, [datasetId])).get(datasetId)
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
