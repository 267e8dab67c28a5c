import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { OpenStage, StageContext } from './stage.ts'
import { adaptNorms } from './norm-statistics.ts'
import { initCentroids } from './centroids.ts'

/** The precision that a spec is trained in on an engine. */
export function precisionOn(engine: Engine, { precision }: Pick<ResolvedSpec, 'precision'>): 'float32' | 'bfloat16' {
  if (precision !== 'auto') return precision
  return engine.prefersBfloat16 ? 'bfloat16' : 'float32'
}

/** What a stage needs before its first step, once its weights are there: adapted norms, and a memory. */
export async function initStage(context: StageContext, open: OpenStage, before?: OpenStage): Promise<void> {
  await adaptNorms(context, open)
  await initCentroids(context.engine, open, before)
}
