import { augments } from '../zoo/augment/registry.ts'
import { losses } from '../zoo/losses/registry.ts'
import type { ComponentSpec } from './components.ts'
import { invalidSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'

/** Whether a loss compares several views of an image. */
export const takesViews = ({ name }: ComponentSpec): boolean =>
  losses.some((loss) => loss.name === name && loss.views !== undefined)

const PER_VIEW = augments.filter(({ perView }) => perView).map(({ name }) => name)

/** @throws AppError `invalid_spec` where a loss compares views and no augmentation makes them differ. */
export function requireViews({ loss, augment, stages = [] }: Pick<ResolvedSpec, 'loss' | 'augment' | 'stages'>): void {
  const parts = [
    { loss, augment, pointer: '/augment' },
    ...stages.map((stage, i) => ({ loss, augment, ...stage, pointer: `/stages/${i}/augment` })),
  ]
  const errors = parts
    .filter((part) => takesViews(part.loss) && !part.augment.some(({ name }) => PER_VIEW.includes(name)))
    .map((part) => ({
      pointer: part.pointer,
      detail: `must hold ${PER_VIEW.join(' or ')}, because the loss ${part.loss.name} compares views of an image`,
    }))
  if (errors.length > 0) throw invalidSpec(errors)
}
