import { AppError } from '../../errors.ts'
import { batchDivisor, microBatchesOf } from '../../job-spec/even-batches.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'

/** A process among those that share every batch. */
export interface RankOf {
  rank: number
  worldSize: number
}

/**
 * The places in a batch whose images a process takes. Of every micro-batch it is a slice of the first half and the same one of the second
 * half: what mixes images takes those half a batch apart, and finds the same pairs in each slice.
 */
export function rankSlice(spec: ResolvedSpec, { rank, worldSize }: RankOf): Int32Array {
  const microBatches = microBatchesOf(spec)
  const rows = spec.batchSize / microBatches
  const halves = (rows / worldSize) % 2 === 0 ? 2 : 1
  const size = rows / worldSize / halves
  return Int32Array.from({ length: spec.batchSize / worldSize }, (_, i) => {
    const [part, within] = [Math.floor(i / (size * halves)), i % (size * halves)]
    return part * rows + Math.floor(within / size) * (rows / halves) + rank * size + (within % size)
  })
}

/** @throws AppError `invalid_spec` where batches of a spec cannot be shared evenly by so many processes */
export function requireEvenSlices(spec: ResolvedSpec, worldSize: number): void {
  if (worldSize === 1) return
  const parts = batchDivisor(spec, worldSize)
  if (spec.batchSize % parts === 0) return
  const why = spec.mix.name === 'none' ? '' : `, and mix ${spec.mix.name} needs an even number of images on each`
  throw new AppError(
    'invalid_spec',
    `A batch of ${spec.batchSize} cannot be shared evenly by ${worldSize} devices with ${microBatchesOf(spec)} micro-batches${why}.`,
    { errors: [{ pointer: '/batchSize', detail: `must be a multiple of ${parts} on ${worldSize} devices` }] },
  )
}
