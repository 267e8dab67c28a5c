import { dividesEvenly } from '../job-spec/even-batches.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import { stagesOf } from '../job-spec/stages.ts'

/** By how much the accumulation of a spec is multiplied at most. */
const MAX_FACTOR = 8
/** Of the option itself. */
const MAX_ACCUMULATION = 1024
/** Batch norms need two images. */
const MIN_IMAGES = 2

/** Micro-batches per step, and images in each, of every stage of a spec. */
function microBatches(spec: ResolvedSpec): { accumulation: number; images: number }[] {
  return stagesOf(spec).map(({ spec: { batchSize, optimizer } }) => {
    const accumulation = Number(optimizer['accumulation'] ?? 1)
    return { accumulation, images: batchSize / accumulation }
  })
}

/** The smallest factor by which the micro-batches of every stage can be divided evenly on so many devices; undefined where they cannot. */
export function smallerFactor(spec: ResolvedSpec, devices = 1): number | undefined {
  const stages = microBatches(spec)
  for (let factor = 2; factor <= MAX_FACTOR; factor++) {
    const fits = ({ accumulation, images }: (typeof stages)[number]): boolean =>
      images % factor === 0 && images / factor >= MIN_IMAGES * devices && accumulation * factor <= MAX_ACCUMULATION
    if (stages.every(fits) && dividesEvenly(spec, devices, factor)) return factor
  }
  return undefined
}

/** A spec with smaller micro-batches: the same batches and steps, and less memory. */
export function withSmallerBatches(spec: ResolvedSpec, factor: number): ResolvedSpec {
  if (factor === 1) return spec
  const smaller = (optimizer: ResolvedSpec['optimizer']): ResolvedSpec['optimizer'] => ({
    ...optimizer,
    accumulation: Number(optimizer['accumulation'] ?? 1) * factor,
  })
  const { stages } = spec
  return {
    ...spec,
    optimizer: smaller(spec.optimizer),
    ...(stages === undefined
      ? {}
      : {
          stages: stages.map((stage) =>
            stage.optimizer === undefined ? stage : { ...stage, optimizer: smaller(stage.optimizer) },
          ),
        }),
  }
}
