import { transferOf } from '../zoo/models/transfer.ts'
import { defaultLearningRate, type DatasetStatistics } from './defaults.ts'
import { withLearningRate } from './learning-rate.ts'
import { invalidSpec, type ParsedStage } from './parse.ts'
import { requireBatch, requireMicroBatches, requireSize } from './requirements.ts'
import type { ResolvedSpec, StageSpec } from './schema.ts'

/** The share of each stage that gives none. @throws AppError `invalid_spec` where the shares do not sum to 1 */
export function sharesOf(stages: readonly ParsedStage[]): number {
  const given = stages.reduce((sum, { share }) => sum + (share ?? 0), 0)
  const open = stages.filter(({ share }) => share === undefined).length
  const each = open === 0 ? 0 : Number(((1 - given) / open).toPrecision(12))
  if ((open === 0 && Math.abs(given - 1) > 1e-6) || (open > 0 && each <= 0))
    throw invalidSpec([{ pointer: '/stages', detail: `the shares sum to ${given}; they must sum to 1` }])
  return each
}

interface StageContext {
  spec: ResolvedSpec
  facts: DatasetStatistics
  rateGiven: (stage: number) => boolean
  reasons: Record<string, string>
}

/** Shares that were not given divide what is left; a stage's own schedule gets the rate that fits its optimiser and batch. */
export function resolveStages(
  stages: readonly ParsedStage[],
  { spec, facts, rateGiven, reasons }: StageContext,
): StageSpec[] {
  const each = sharesOf(stages)
  return stages.map((stage, i): StageSpec => {
    const { share, schedule, ...rest } = stage
    const optimizer = stage.optimizer ?? spec.optimizer
    const batchSize = stage.batchSize ?? spec.batchSize
    requireBatch(batchSize, facts, `/stages/${i}/batchSize`)
    requireMicroBatches(optimizer, batchSize, `/stages/${i}/optimizer`)
    requireSize(spec.model, stage.size ?? spec.image.size, `/stages/${i}/size`)
    if (share === undefined) reasons[`/stages/${i}/share`] = 'the rest of the budget, in equal parts'
    return {
      ...rest,
      share: share ?? each,
      ...(schedule === undefined
        ? {}
        : {
            schedule: withLearningRate(schedule, rateGiven(i), () => {
              const pretrained = transferOf(spec.model).pretrained !== 'none'
              const [rate, reason] = defaultLearningRate(optimizer, {
                batchSize,
                pretrained,
                size: stage.size ?? spec.image.size,
              })
              reasons[`/stages/${i}/schedule/learningRate`] = reason
              return rate
            }),
          }),
    }
  })
}
