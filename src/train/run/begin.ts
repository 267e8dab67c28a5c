import type { PackedManifest } from '../../data/packed.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../spec/schema.ts'
import type { TrainEvent } from '../process/events.ts'
import type { OpenStage, StageContext } from './stage.ts'
import { adaptNorms } from './norm-statistics.ts'
import { startMemory } from './centroids.ts'

/** The precision that a spec is trained in on an engine. */
export function precisionOn(engine: Engine, { precision }: Pick<ResolvedSpec, 'precision'>): 'float32' | 'bfloat16' {
  if (precision !== 'auto') return precision
  return engine.prefersBfloat16 ? 'bfloat16' : 'float32'
}

/** What a stage needs before its first step, once its weights are there: adapted norms, and a memory. */
export async function beginStage(context: StageContext, open: OpenStage, before?: OpenStage): Promise<void> {
  await adaptNorms(context, open)
  await startMemory(context.engine, open, before)
}

/** What a task says of itself when it begins to train. */
export function startedEvent(
  engine: Engine,
  { length, net, spec }: OpenStage,
  { counts, totalSteps, startStep = 0 }: { counts: PackedManifest['counts']; totalSteps: number; startStep?: number },
): TrainEvent {
  const { stepsPerEpoch } = length
  return {
    type: 'started',
    ...{ totalSteps, stepsPerEpoch, startStep, epochs: totalSteps / stepsPerEpoch },
    ...{ parameters: net.parameters, precision: precisionOn(engine, spec), threads: engine.threads },
    ...{ trainImages: counts.train, valImages: counts.val, testImages: counts.test },
    ...{ engine: `${engine.name} (${engine.version})`, device: engine.device.name },
  }
}
