import { AppError } from '../../errors.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { LossComponent, OptimizerComponent } from '../../zoo/define.ts'
import { losses } from '../../zoo/losses/registry.ts'
import { optimizers } from '../../zoo/optimizers/registry.ts'

/** The loss of a spec with its options. @throws AppError `invalid_spec` */
export function lossOf({ loss: { name, ...options } }: Pick<ResolvedSpec, 'loss'>): {
  component: LossComponent
  options: Record<string, unknown>
} {
  const component = losses.find((candidate) => candidate.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no loss ${name}.`)
  return { component, options }
}

/** The optimiser of a spec with its options. @throws AppError `invalid_spec` */
export function optimizerOf({ optimizer: { name, ...options } }: Pick<ResolvedSpec, 'optimizer'>): {
  component: OptimizerComponent
  options: Record<string, unknown>
} {
  const component = optimizers.find((candidate) => candidate.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no optimiser ${name}.`)
  return { component, options }
}
