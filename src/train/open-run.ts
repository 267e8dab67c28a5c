import type { PixelSource } from '../data/open.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import { transferOf } from '../zoo/models/transfer.ts'
import type { FitOptions } from './fit.ts'
import type { DividedData } from './open-set.ts'
import { conventionOf, openStage, planStages, type OpenStage } from './stage.ts'
import { loadWeights, startingPoint } from './starting-point.ts'

/** The first stage of a run that keeps no checkpoints: a net with its first weights, and the step that trains it. */
export async function openRun(
  spec: ResolvedSpec,
  { known: dataset, unknown }: DividedData,
  {
    engine,
    weights: access,
    loaderThreads = 1,
    pixels,
  }: Pick<FitOptions, 'engine' | 'weights' | 'loaderThreads'> & { pixels: PixelSource },
): Promise<OpenStage> {
  const bfloat16 = spec.precision === 'bfloat16' || (spec.precision === 'auto' && engine.prefersBfloat16)
  engine.setPrecision(bfloat16 ? 'bfloat16' : 'float32')
  const { stages } = planStages(spec, dataset)
  const { input, convention, weights } = await startingPoint(spec, dataset.manifest, {
    resumed: undefined,
    weights: access,
  })
  const context = {
    ...{ engine, dataset, unknown, pixels, weights: access, loaderThreads },
    ...{ input: { ...input, size: spec.image.size }, convention: conventionOf(convention, spec) },
  }
  const open = openStage(context, stages[0]!, { before: undefined, epochs: () => Infinity })
  if (weights !== undefined) loadWeights(engine, open.net, weights, transferOf(spec.model))
  return { ...open, spec: { ...open.spec, precision: bfloat16 ? 'bfloat16' : 'float32' } }
}
