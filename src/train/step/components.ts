import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { LossComponent, OptimizerComponent } from '../../zoo/define.ts'
import { losses } from '../../zoo/losses/registry.ts'
import { optimizers } from '../../zoo/optimizers/registry.ts'
import { lookUp } from '../../zoo/look-up.ts'

/** The loss of a spec with its options. @throws AppError `invalid_spec` */
export function lossOf({ loss: { name, ...options } }: Pick<ResolvedSpec, 'loss'>): {
  component: LossComponent
  options: Record<string, unknown>
} {
  return { component: lookUp(losses, name), options }
}

/** The optimiser of a spec with its options. @throws AppError `invalid_spec` */
export function optimizerOf({ optimizer: { name, ...options } }: Pick<ResolvedSpec, 'optimizer'>): {
  component: OptimizerComponent
  options: Record<string, unknown>
} {
  return { component: lookUp(optimizers, name), options }
}
