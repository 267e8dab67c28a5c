import type { ResolvedSpec } from './schema.ts'
import { stagesOf } from './stages.ts'

/** What says how a batch can be divided. */
type BatchSpec = Pick<ResolvedSpec, 'batchSize' | 'optimizer' | 'mix'>

/** Parts of a step's batch whose gradients are added up. */
export const microBatchesOf = ({ optimizer }: Pick<BatchSpec, 'optimizer'>): number =>
  Number(optimizer['accumulation'] ?? 1)

/** What the batch size has to be a multiple of on so many devices: what mixes images needs an even number of them on each. */
export const batchDivisor = (spec: BatchSpec, devices: number): number =>
  devices === 1 ? 1 : microBatchesOf(spec) * devices * (spec.mix.name === 'none' ? 1 : 2)

/** Whether each stage's batches can be shared evenly by so many devices. @param factor by which its accumulation is multiplied */
export const dividesEvenly = (spec: ResolvedSpec, devices: number, factor = 1): boolean =>
  devices === 1 ||
  stagesOf(spec).every(({ spec: stage }) => stage.batchSize % (factor * batchDivisor(stage, devices)) === 0)

/** The largest number of devices up to a bound that share every batch evenly. */
export function mostDevices(spec: ResolvedSpec, atMost: number, factor = 1): number {
  for (let devices = atMost; devices > 1; devices--) if (dividesEvenly(spec, devices, factor)) return devices
  return 1
}
