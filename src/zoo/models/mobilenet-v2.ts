import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import Type from 'typebox'
import type { ModelComponent, ModelContext } from '../define.ts'
import { add, classifier, conv, depthwiseConv, image, makeDivisible, norm, requireSize, takesSmall } from './blocks.ts'

/** Expansion t, channels c, repeats n, stride s (Table 2). */
const STAGES: readonly [number, number, number, number][] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
]

const options = Type.Object({
  width: Type.Number({ default: 1, minimum: 0.1, maximum: 2, description: 'Width multiplier.' }),
  dropout: Type.Number({
    default: 0.2,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Dropout before the classifier.',
  }),
  strides: Type.Union([Type.Literal('auto'), Type.Literal('imagenet'), Type.Literal('small')], {
    default: 'auto',
    description: 'imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.',
  }),
})

/**
 * Inverted residuals with linear bottlenecks.
 * Source: Sandler et al. 2018, https://arxiv.org/abs/1801.04381.
 * Shapes: float32 [N, H, W, C] → logits [N, classes]; H and W at least 32, or 8 with small strides.
 */
export const mobilenetV2: ModelComponent<typeof options.properties> = {
  name: 'mobilenet_v2',
  summary: 'MobileNetV2: inverted residuals with linear bottlenecks, for phones.',
  options,
  shaping: ['width', 'strides'],
  minimumSize: ({ strides }) => (strides === 'imagenet' ? 32 : 8),
  defaultSize: (_, dataSide) => (dataSide < 64 ? dataSide : 224),
  build({ width, dropout, strides }, context) {
    const small = takesSmall(context, strides)
    requireSize('mobilenet_v2', context.image, small ? 8 : 32)
    const input = image(context)
    let channels = makeDivisible(32 * width)
    let x = conv(context, input, { name: 'features.0.0', filters: channels, stride: small ? 1 : 2 })
    x = norm(context, x, { name: 'features.0.1', activation: 'relu6' })
    let index = 1
    for (const [stage, [expansion, base, repeats, stride]] of STAGES.entries()) {
      const filters = makeDivisible(base * width)
      for (let block = 0; block < repeats; block++) {
        const first = block === 0 ? (small && stage === 1 ? 1 : stride) : 1
        x = invertedResidual(context, x, {
          name: `features.${index++}.conv`,
          expansion,
          channels,
          filters,
          stride: first,
        })
        channels = filters
      }
    }
    const last = makeDivisible(1280 * Math.max(1, width))
    x = norm(context, conv(context, x, { name: 'features.18.0', filters: last, kernel: 1 }), {
      name: 'features.18.1',
      activation: 'relu6',
    })
    return context.tf.model({
      inputs: input,
      outputs: classifier(context, x, 'classifier.1', { dropout }),
      name: 'mobilenet_v2',
    })
  },
}

interface Block {
  name: string
  expansion: number
  channels: number
  filters: number
  stride: number
}

function invertedResidual(
  context: ModelContext,
  x: SymbolicTensor,
  { name, expansion, channels, filters, stride }: Block,
): SymbolicTensor {
  let y = x
  let part = 0
  if (expansion !== 1) {
    y = conv(context, y, { name: `${name}.0.0`, filters: channels * expansion, kernel: 1 })
    y = norm(context, y, { name: `${name}.0.1`, activation: 'relu6' })
    part = 1
  }
  y = depthwiseConv(context, y, { name: `${name}.${part}.0`, stride })
  y = norm(context, y, { name: `${name}.${part}.1`, activation: 'relu6' })
  y = conv(context, y, { name: `${name}.${part + 1}`, filters, kernel: 1 })
  y = norm(context, y, { name: `${name}.${part + 2}` })
  return stride === 1 && channels === filters ? add(context, `${name}.add`, y, x) : y
}
