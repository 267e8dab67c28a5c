import type { PixelSource } from '../data/open.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import { transferOf } from '../zoo/models/transfer.ts'
import { roleValues, type Checkpoint } from './checkpoint.ts'
import type { FitOptions } from './fit.ts'
import { writeValues } from './net.ts'
import type { DividedData } from './open-set.ts'
import { conventionOf, openStage, planStages, type OpenStage } from './stage.ts'
import { beginStage, precisionOn } from './started.ts'
import { loadWeights, startingPoint } from './starting-point.ts'

/** The first stage of a run: a net with its first weights, or with those of the checkpoint `from`, and the step that trains it. */
export async function openRun(
  spec: ResolvedSpec,
  { known: dataset, unknown }: DividedData,
  {
    engine,
    weights: access,
    loaderThreads = 1,
    pixels,
    from,
  }: Pick<FitOptions, 'engine' | 'weights' | 'loaderThreads'> & { pixels: PixelSource; from?: Checkpoint | undefined },
): Promise<OpenStage> {
  engine.setPrecision(precisionOn(engine, spec))
  const { stages } = planStages(spec, dataset)
  const { input, convention, weights } = await startingPoint(spec, dataset.manifest, {
    resumed: from?.info,
    weights: access,
  })
  const context = {
    ...{ engine, dataset, unknown, pixels, weights: access, loaderThreads },
    ...{ input: { ...input, size: spec.image.size }, convention: conventionOf(convention, spec) },
  }
  const open = openStage(context, stages[0]!, { before: undefined, epochs: () => Infinity, epochsBefore: 0 })
  if (weights !== undefined) loadWeights(engine, open.net, weights, transferOf(spec.model))
  if (from === undefined) await beginStage(context, open)
  else {
    writeValues(engine, open.net.variables, roleValues(from, 'model'))
    writeValues(engine, open.trainStep.state, roleValues(from, 'optimizer'))
  }
  return open
}
