import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import Type from 'typebox'
import type { ModelComponent, ModelContext } from '../define.ts'
import {
  activate,
  add,
  apply,
  classifier,
  conv,
  depthwiseConv,
  image,
  makeDivisible,
  norm,
  requireSize,
  takesSmall,
  type NormOptions,
} from './blocks.ts'

/** Expansion t, kernel k, stride s, channels c, repeats n (Table 1). */
const STAGES: readonly [number, number, number, number, number][] = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
]

interface Variant {
  name: string
  width: number
  depth: number
  resolution: number
  dropout: number
}

const VARIANTS: readonly Variant[] = [
  { name: 'efficientnet_b0', width: 1, depth: 1, resolution: 224, dropout: 0.2 },
  { name: 'efficientnet_b1', width: 1, depth: 1.1, resolution: 240, dropout: 0.2 },
  { name: 'efficientnet_b2', width: 1.1, depth: 1.2, resolution: 260, dropout: 0.3 },
  { name: 'efficientnet_b3', width: 1.2, depth: 1.4, resolution: 300, dropout: 0.3 },
  { name: 'efficientnet_b4', width: 1.4, depth: 1.8, resolution: 380, dropout: 0.4 },
  { name: 'efficientnet_b5', width: 1.6, depth: 2.2, resolution: 456, dropout: 0.4 },
  { name: 'efficientnet_b6', width: 1.8, depth: 2.6, resolution: 528, dropout: 0.5 },
  { name: 'efficientnet_b7', width: 2, depth: 3.1, resolution: 600, dropout: 0.5 },
]

/** The larger ones were trained with slower statistics and a larger ε, as in torchvision. */
const SLOW_NORM: Omit<NormOptions, 'name'> = { epsilon: 1e-3, momentum: 0.99 }

const optionsOf = ({ dropout }: Variant) =>
  Type.Object({
    dropout: Type.Number({
      default: dropout,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'Dropout before the classifier.',
    }),
    stochasticDepth: Type.Number({
      default: 0.2,
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'Stochastic depth: drop probability of the last block, linear in depth before it.',
    }),
    strides: Type.Union([Type.Literal('auto'), Type.Literal('imagenet'), Type.Literal('small')], {
      default: 'auto',
      description: 'imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.',
    }),
  })
type Options = ReturnType<typeof optionsOf>['properties']

/**
 * Mobile inverted bottlenecks with squeeze-and-excitation, SiLU, and width, depth and resolution scaled together.
 * Sources: Tan and Le 2019, https://arxiv.org/abs/1905.11946; stochastic depth by rows: Huang et al. 2016, https://arxiv.org/abs/1603.09382.
 * Shapes: float32 [N, H, W, C] → logits [N, classes]; H and W at least 32, or 8 with small strides.
 */
export const efficientnets: readonly ModelComponent<Options>[] = VARIANTS.map((variant) => ({
  name: variant.name,
  summary: `EfficientNet: compound-scaled, with squeeze-and-excitation; designed for ${variant.resolution} pixels.`,
  options: optionsOf(variant),
  shaping: ['strides'],
  minimumSize: ({ strides }) => (strides === 'imagenet' ? 32 : 8),
  defaultSize: (_, dataSide) => (dataSide < 64 ? dataSide : variant.resolution),
  build({ dropout, stochasticDepth, strides }, context) {
    const small = takesSmall(context, strides)
    requireSize(variant.name, context.image, small ? 8 : 32)
    const channelsOf = (base: number): number => makeDivisible(base * variant.width)
    const normal = variant.width >= 1.6 ? SLOW_NORM : {}
    const input = image(context)
    let channels = channelsOf(32)
    let x = conv(context, input, { name: 'features.0.0', filters: channels, stride: small ? 1 : 2 })
    x = norm(context, x, { name: 'features.0.1', activation: 'silu', ...normal })
    const repeatsOf = (n: number): number => Math.ceil(n * variant.depth)
    const total = STAGES.reduce((sum, [, , , , n]) => sum + repeatsOf(n), 0)
    let index = 0
    for (const [stage, [expansion, kernel, stride, base, n]] of STAGES.entries()) {
      const filters = channelsOf(base)
      for (let block = 0; block < repeatsOf(n); block++) {
        x = mobileBlock(context, x, {
          name: `features.${stage + 1}.${block}`,
          expansion,
          kernel,
          channels,
          filters,
          normal,
          stride: block > 0 || (small && stage === 1) ? 1 : stride,
          skipped: (stochasticDepth * index++) / total,
        })
        channels = filters
      }
    }
    x = conv(context, x, { name: 'features.8.0', filters: 4 * channels, kernel: 1 })
    x = norm(context, x, { name: 'features.8.1', activation: 'silu', ...normal })
    return context.tf.model({
      inputs: input,
      outputs: classifier(context, x, 'classifier.1', { dropout }),
      name: variant.name,
    })
  },
}))

interface Block {
  name: string
  expansion: number
  kernel: number
  stride: number
  channels: number
  filters: number
  /** Probability that an image skips the block. */
  skipped: number
  normal: Omit<NormOptions, 'name'>
}

function mobileBlock(context: ModelContext, x: SymbolicTensor, block: Block): SymbolicTensor {
  const { name, expansion, kernel, stride, channels, filters, skipped, normal } = block
  const width = channels * expansion
  let y = x
  let part = 0
  const next = (): string => `${name}.block.${part++}`
  if (expansion !== 1) {
    const expand = next()
    y = conv(context, y, { name: `${expand}.0`, filters: width, kernel: 1 })
    y = norm(context, y, { name: `${expand}.1`, activation: 'silu', ...normal })
  }
  const depthwise = next()
  y = depthwiseConv(context, y, { name: `${depthwise}.0`, kernel, stride })
  y = norm(context, y, { name: `${depthwise}.1`, activation: 'silu', ...normal })
  y = squeezeExcite(context, y, next(), { width, squeezed: Math.max(1, Math.floor(channels / 4)) })
  const project = next()
  y = norm(context, conv(context, y, { name: `${project}.0`, filters, kernel: 1 }), {
    name: `${project}.1`,
    ...normal,
  })
  if (stride !== 1 || channels !== filters) return y
  if (skipped > 0)
    y = apply(
      context.tf.layers.dropout({
        name: `${name}.skip`,
        rate: skipped,
        noiseShape: [null, 1, 1, 1] as number[],
        seed: context.nextSeed(),
      }),
      y,
    )
  return add(context, `${name}.add`, y, x)
}

/** A gate a channel from the map's means. Source: Hu et al. 2018, https://arxiv.org/abs/1709.01507. */
function squeezeExcite(
  context: ModelContext,
  x: SymbolicTensor,
  name: string,
  { width, squeezed }: { width: number; squeezed: number },
): SymbolicTensor {
  const { tf } = context
  let gate = apply(tf.layers.globalAveragePooling2d({ name: `${name}.squeeze` }), x)
  gate = apply(tf.layers.reshape({ name: `${name}.map`, targetShape: [1, 1, width] }), gate)
  gate = conv(context, gate, { name: `${name}.fc1`, filters: squeezed, kernel: 1, bias: true })
  gate = activate(context, gate, 'silu', `${name}.fc1`)
  gate = conv(context, gate, { name: `${name}.fc2`, filters: width, kernel: 1, bias: true })
  gate = apply(tf.layers.activation({ name: `${name}.gate`, activation: 'sigmoid' }), gate)
  return tf.layers.multiply({ name: `${name}.scale` }).apply([x, gate]) as SymbolicTensor
}
