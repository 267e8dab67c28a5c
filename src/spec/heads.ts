import type { ErrorDetail } from '../errors.ts'
import { losses } from '../zoo/losses/registry.ts'
import { transferOf } from '../zoo/models/transfer.ts'
import { invalidSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'
import { stagesOf } from './stages.ts'

/** Whether a loss brings a classifier of its own in place of the dense one. */
const bringsHead = ({ loss }: Pick<ResolvedSpec, 'loss'>): boolean =>
  losses.find(({ name }) => name === loss.name)?.head !== undefined

/**
 * Factors a class need a dense classifier that has been trained, and nothing else that trains.
 * @throws AppError `invalid_spec`
 */
export function checkHeads(spec: ResolvedSpec): void {
  const stages = stagesOf(spec)
  const errors = stages.flatMap(({ head, index, spec: own }): ErrorDetail[] => {
    if (head !== 'scale') return []
    const at = `/stages/${index}`
    const found: ErrorDetail[] = []
    const { freeze = 'trunk' } = spec.stages?.[index] ?? {}
    if (freeze !== 'trunk')
      found.push({ pointer: `${at}/freeze`, detail: 'must be left out: with head scale only a factor a class trains' })
    if (bringsHead(own))
      found.push({ pointer: `${at}/loss`, detail: `${own.loss.name} brings a classifier that takes no factors` })
    const before = stages[index - 1]
    const { pretrained } = transferOf(spec.model)
    if (before === undefined && !(typeof pretrained === 'object' && 'checkpoint' in pretrained))
      found.push({
        pointer: `${at}/head`,
        detail: 'has nothing to scale in a first stage that starts from no checkpoint',
      })
    if (before !== undefined && bringsHead(before.spec))
      found.push({ pointer: `${at}/head`, detail: `cannot scale the classifier that ${before.spec.loss.name} brings` })
    return found
  })
  if (errors.length > 0) throw invalidSpec(errors)
}
