import type { ErrorDetail } from '../errors.ts'
import { adjustments } from '../zoo/adjustments/registry.ts'
import { losses } from '../zoo/losses/registry.ts'
import { transferOf } from '../zoo/models/transfer.ts'
import { invalidSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'
import { stagesOf } from './stages.ts'
import { lookUp } from '../zoo/look-up.ts'

/** Whether a loss brings its own classifier in place of the dense one. */
const replacesClassifier = ({ loss }: Pick<ResolvedSpec, 'loss'>): boolean =>
  lookUp(losses, loss.name).head !== undefined

/** Whether a loss puts attention over the last maps, which has weights for each of their places. */
const usesAttention = ({ loss: { name, ...options } }: Pick<ResolvedSpec, 'loss'>): boolean =>
  lookUp(losses, name).memory?.(options).attention === true

/** Attention that is carried over from the stage before must find maps of the same size. */
function attentionErrors(spec: ResolvedSpec): ErrorDetail[] {
  const stages = stagesOf(spec)
  return stages.flatMap(({ head, index, spec: own }): ErrorDetail[] => {
    const before = stages[index - 1]?.spec
    if (before === undefined || head === 'reset' || !usesAttention(before) || !usesAttention(own)) return []
    const { size } = before.image
    return own.image.size === size
      ? []
      : [{ pointer: `/stages/${index}/size`, detail: `must be ${size}, as in the stage whose attention is kept` }]
  })
}

/**
 * Factors a class need a dense classifier that has been trained, and nothing else that trains; attention needs its maps.
 * @throws AppError `invalid_spec`
 */
export function checkHeads(spec: ResolvedSpec): void {
  const stages = stagesOf(spec)
  const scaling = stages.flatMap(({ head, index, spec: own }): ErrorDetail[] => {
    if (head !== 'scale') return []
    const at = `/stages/${index}`
    const found: ErrorDetail[] = []
    const { freeze = 'trunk' } = spec.stages?.[index] ?? {}
    if (freeze !== 'trunk')
      found.push({
        pointer: `${at}/freeze`,
        detail: 'must be omitted: with head scale only one factor per class is trained',
      })
    if (replacesClassifier(own))
      found.push({ pointer: `${at}/loss`, detail: `the classifier of ${own.loss.name} has no per-class factors` })
    const before = stages[index - 1]
    const { pretrained } = transferOf(spec.model)
    if (before === undefined && !(typeof pretrained === 'object' && 'checkpoint' in pretrained))
      found.push({
        pointer: `${at}/head`,
        detail: 'has nothing to scale in a first stage that does not start from a checkpoint',
      })
    if (before !== undefined && replacesClassifier(before.spec))
      found.push({ pointer: `${at}/head`, detail: `cannot scale the classifier of ${before.spec.loss.name}` })
    return found
  })
  const errors = [...scaling, ...attentionErrors(spec)]
  if (errors.length > 0) throw invalidSpec(errors)
}

/**
 * What changes a dense layer's weights needs one at the end of the run, and what is chosen on validation images needs some.
 * @throws AppError `invalid_spec`
 */
export function checkAdjustment(spec: ResolvedSpec, { counts }: { counts: { val: number } }): void {
  const { name, ...options } = spec.adjustment
  const component = lookUp(adjustments, name)
  const last = stagesOf(spec).at(-1)
  const errors: ErrorDetail[] = []
  if (component.dense === true && last !== undefined && replacesClassifier(last.spec))
    errors.push({
      pointer: '/adjustment',
      detail: `must not be ${name}, which needs a dense classifier; ${last.spec.loss.name} has another one`,
    })
  if (counts.val === 0 && component?.validation?.(options) === true)
    errors.push({
      pointer: '/adjustment',
      detail: `must state its options: there are no validation images to choose on`,
    })
  if (errors.length > 0) throw invalidSpec(errors)
}
