import { models } from '../zoo/models/registry.ts'
import type { ComponentSpec } from './components.ts'
import { invalidSpec } from './parse.ts'
import { lookUp } from '../zoo/look-up.ts'

/** What a model takes from the checkpoint that it starts from, in addition to its weights. */
interface FromBase {
  model: ComponentSpec
  /** The options that came from the checkpoint. */
  carried: string[]
}

/**
 * The model of a spec with the architecture of the checkpoint that it starts from, `base`: options that shape the net are the checkpoint's
 * where the spec does not state them, or leaves them to `auto`.
 * @param stated the spec's model as it was written.
 * @throws AppError `invalid_spec` for another model, and for every stated option with which the weights would not fit.
 */
export function withBaseArchitecture(model: ComponentSpec, stated: unknown, base: ComponentSpec): FromBase {
  if (model.name !== base.name)
    throw invalidSpec([{ pointer: '/model/pretrained/checkpoint', detail: `is a ${base.name}, not a ${model.name}` }])
  const options = typeof stated === 'object' && stated !== null ? (stated as Record<string, unknown>) : {}
  const isOpen = (option: string): boolean => options[option] === undefined || options[option] === 'auto'
  const shaping = (lookUp(models, model.name).shaping ?? []).filter(
    (option) => base[option] !== undefined && base[option] !== model[option],
  )
  const conflicts = shaping.filter(
    (option) => !isOpen(option) && base[option] !== 'auto' && !leavesOut(options[option], base[option]),
  )
  if (conflicts.length > 0)
    throw invalidSpec(
      conflicts.map((option) => ({
        pointer: `/model/${option}`,
        detail: `is ${String(options[option])}, and the checkpoint that the model starts from has ${String(base[option])}: omit it, or use the same value`,
      })),
    )
  // A trunk that was cut after a block has no weights after it; the job may cut it further.
  const open = [...shaping, ...(base['tap'] !== '' && options['tap'] === undefined ? ['tap'] : [])].filter(isOpen)
  const carried = open.filter((option) => base[option] !== undefined && base[option] !== model[option])
  return { model: { ...model, ...Object.fromEntries(carried.map((option) => [option, base[option]])) }, carried }
}

/** Parts of a checkpoint that a model does without, such as an auxiliary head, are no conflict. */
const leavesOut = (stated: unknown, base: unknown): boolean => stated === false && base === true

/** The checkpoint that a spec as it was written starts from. */
export function baseCheckpointId({ model }: { model?: unknown }): string | undefined {
  const { pretrained } = (model ?? {}) as { pretrained?: unknown }
  const { checkpoint } = (typeof pretrained === 'object' && pretrained !== null ? pretrained : {}) as {
    checkpoint?: unknown
  }
  return typeof checkpoint === 'string' ? checkpoint : undefined
}
