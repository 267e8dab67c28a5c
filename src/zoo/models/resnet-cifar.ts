import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import Type from 'typebox'
import type { ModelComponent, ModelContext } from '../define.ts'
import { activate, add, apply, classifier, conv, image, norm, requireSize } from './blocks.ts'

const options = Type.Object({
  width: Type.Integer({
    default: 16,
    minimum: 4,
    maximum: 256,
    description: 'Channels of the first group of blocks; the others have 2 and 4 times as many.',
  }),
  zeroGamma: Type.Boolean({ default: false, description: 'Initialise γ of the last batch norm of every block to 0.' }),
})

/**
 * Residual networks for small images: three stages of w, 2w, 4w channels, 6n + 2 layers, and parameter-free shortcuts (option A:
 * subsampled identity, new channels zero).
 * Source: He et al. 2016, §4.2, https://arxiv.org/abs/1512.03385.
 * Shapes: float32 [N, H, W, C] → logits [N, classes]; H and W at least 4.
 */
export const cifarResnets: readonly ModelComponent<typeof options.properties>[] = [20, 32, 44, 56, 110].map(
  (depth) => ({
    name: `resnet${depth}`,
    summary: `ResNet for small images, ${depth} layers.`,
    options,
    shaping: ['width'],
    minimumSize: () => 4,
    defaultSize: (_, dataSide) => Math.min(dataSide, 32),
    build({ width, zeroGamma }, context) {
      requireSize(`resnet${depth}`, context.image, 4)
      const input = image(context)
      let x = norm(context, conv(context, input, { name: 'conv1', filters: width }), {
        name: 'bn1',
        activation: 'relu',
      })
      for (const stage of [0, 1, 2]) {
        for (let block = 0; block < (depth - 2) / 6; block++) {
          const stride = stage > 0 && block === 0 ? 2 : 1
          x = residualBlock(context, x, {
            name: `layer${stage + 1}.${block}`,
            filters: width << stage,
            stride,
            zeroGamma,
          })
        }
      }
      return context.tf.model({ inputs: input, outputs: classifier(context, x, 'fc'), name: `resnet${depth}` })
    },
  }),
)

interface Block {
  name: string
  filters: number
  stride: number
  zeroGamma: boolean
}

function residualBlock(
  context: ModelContext,
  x: SymbolicTensor,
  { name, filters, stride, zeroGamma }: Block,
): SymbolicTensor {
  const residual = stride === 1 ? x : subsampledIdentity(context, x, name, filters)
  let y = conv(context, x, { name: `${name}.conv1`, filters, stride })
  y = norm(context, y, { name: `${name}.bn1`, activation: 'relu' })
  y = norm(context, conv(context, y, { name: `${name}.conv2`, filters }), { name: `${name}.bn2`, zeroGamma })
  return activate(context, add(context, `${name}.add`, y, residual), 'relu', `${name}.add`)
}

/** Every second pixel; the new channels, half of them on each side, are zero. `channelsFirst` makes the padding layer pad the last axis. */
function subsampledIdentity({ tf }: ModelContext, x: SymbolicTensor, name: string, filters: number): SymbolicTensor {
  const missing = filters - (x.shape.at(-1) ?? 0)
  const before = missing >> 1
  const padding: [[number, number], [number, number]] = [
    [0, 0],
    [before, missing - before],
  ]
  const half = apply(
    tf.layers.averagePooling2d({ name: `${name}.subsample`, poolSize: 1, strides: 2, padding: 'valid' }),
    x,
  )
  return apply(tf.layers.zeroPadding2d({ name: `${name}.widen`, padding, dataFormat: 'channelsFirst' }), half)
}
