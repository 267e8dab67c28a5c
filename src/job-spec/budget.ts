import { AppError } from '../errors.ts'
import type { DatasetStatistics, RunLength } from './defaults.ts'
import type { ParsedSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'

/** The one length that a budget gives. @throws AppError `invalid_spec` where it gives none */
export function budgetOf(budget: NonNullable<ParsedSpec['budget']>): ResolvedSpec['budget'] {
  if (budget.steps !== undefined) return { steps: budget.steps }
  if (budget.epochs !== undefined) return { epochs: budget.epochs }
  if (budget.minutes !== undefined) return { minutes: budget.minutes }
  throw new AppError('invalid_spec', 'A budget has epochs, steps or minutes.', {
    errors: [{ pointer: '/budget', detail: 'must have epochs, steps or minutes' }],
  })
}

/** Epochs and steps of a budget, for choosing what pays; those of a budget in minutes are not known. */
export function lengthOf(budget: ResolvedSpec['budget'], batchSize: number, { counts }: DatasetStatistics): RunLength {
  const stepsPerEpoch = counts.train / batchSize
  if ('epochs' in budget) return { epochs: budget.epochs, steps: budget.epochs * stepsPerEpoch }
  return 'steps' in budget ? { epochs: budget.steps / stepsPerEpoch, steps: budget.steps } : { epochs: 0, steps: 0 }
}
