import { AppError } from '../errors.ts'
import { imagenetSource, modelsWithImagenet, type Pretrained } from '../zoo/models/transfer.ts'
import { withBaseArchitecture } from './base-model.ts'
import type { ComponentSpec } from './components.ts'
import { baseCheckpoint } from './named-checkpoints.ts'

/** The model with what it takes from the checkpoint that it starts from. */
export function fromBase(
  model: ComponentSpec,
  { input, base, reasons }: { input: unknown; base: ComponentSpec | undefined; reasons: Record<string, string> },
): ComponentSpec {
  if (base === undefined || baseCheckpoint({ model }) === undefined) return model
  const taken = withBaseArchitecture(model, (input as { model?: unknown }).model, base)
  for (const option of taken.carried) reasons[`/model/${option}`] = 'that of the checkpoint it starts from'
  return taken.model
}

/** Pretrained weights have the stem for large images; and `imagenet` must be a source. */
export function takeWholeStem(model: ComponentSpec, pretrained: Pretrained, reasons: Record<string, string>): void {
  if (pretrained === 'imagenet' && imagenetSource(model.name) === undefined)
    throw new AppError('invalid_spec', `There are no ImageNet weights of ${model.name}.`, {
      errors: [{ pointer: '/model/pretrained', detail: `imagenet is known for ${modelsWithImagenet().join(', ')}` }],
    })
  if (typeof pretrained === 'object' && 'checkpoint' in pretrained) return
  for (const option of ['stem', 'strides'])
    if (model[option] === 'auto') {
      model[option] = 'imagenet'
      reasons[`/model/${option}`] = 'what pretrained weights have'
    }
}
