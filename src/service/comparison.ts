import { buffer } from 'node:stream/consumers'
import { AppError } from '../errors.ts'
import { compareRuns, type ComparedRun } from '../evaluation/comparison.ts'
import type { Comparison } from '../evaluation/comparison-schema.ts'
import { decodePredictions, PREDICTIONS_KIND } from '../evaluation/predictions.ts'
import { foundJob } from './require-found.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { Store } from './ports/store.ts'

/** Gzipped; some four million images. */
const MAX_PREDICTIONS = 64_000_000

/** Jobs side by side. */
export function comparisonService({ store, blobs }: { store: Store; blobs: Blobs }) {
  async function comparedRun(caller: Caller, id: string): Promise<ComparedRun> {
    const { name, spec, state } = await foundJob(store, caller.teamId, id)
    const artifact = await store.artifact(id, PREDICTIONS_KIND)
    if (artifact === undefined)
      throw new AppError(
        'wrong_state',
        `Job ${id} is ${state} and has no predictions; only evaluated jobs are compared.`,
      )
    if (artifact.sizeBytes > MAX_PREDICTIONS)
      throw new AppError(
        'payload_too_large',
        `The predictions of job ${id} are ${artifact.sizeBytes} bytes; up to ${MAX_PREDICTIONS} are compared here. \`anneal compare\` compares larger ones.`,
      )
    const predictions = decodePredictions(await buffer(blobs.read(artifact.blobKey)), `job ${id}`)
    return { id, name, spec, predictions }
  }

  return {
    /** @throws AppError `conflict` when their test sets differ. */
    compareJobs: async (
      caller: Caller,
      { jobs: [a, b], differing }: { jobs: [string, string]; differing: number },
    ): Promise<Comparison> => compareRuns(await comparedRun(caller, a), await comparedRun(caller, b), { differing }),
  }
}
