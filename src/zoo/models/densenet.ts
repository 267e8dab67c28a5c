import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import Type from 'typebox'
import type { ModelComponent, ModelContext } from '../define.ts'
import { averagePool, classifier, concat, conv, image, maxPool, norm, requireSize, takesSmall } from './blocks.ts'

const options = Type.Object({
  stem: Type.Union([Type.Literal('auto'), Type.Literal('imagenet'), Type.Literal('small')], {
    default: 'auto',
    description: 'imagenet: 7×7 stride 2 and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.',
  }),
})

interface Variant {
  name: string
  growth: number
  blocks: readonly number[]
}

const VARIANTS: readonly Variant[] = [
  { name: 'densenet121', growth: 32, blocks: [6, 12, 24, 16] },
  { name: 'densenet161', growth: 48, blocks: [6, 12, 36, 24] },
  { name: 'densenet169', growth: 32, blocks: [6, 12, 32, 32] },
  { name: 'densenet201', growth: 32, blocks: [6, 12, 48, 32] },
]

/**
 * Densely connected networks with bottlenecks and compression (DenseNet-BC) for ImageNet.
 * Source: Huang et al. 2017, Table 1, https://arxiv.org/abs/1608.06993.
 * Shapes: float32 [N, H, W, C] → logits [N, classes]; H and W at least 32 with the ImageNet stem, 8 with the small one.
 */
export const densenets: readonly ModelComponent<typeof options.properties>[] = VARIANTS.map(
  ({ name, growth, blocks }) => ({
    name,
    summary: `DenseNet, ${name.slice(8)} layers, growth ${growth}.`,
    options,
    shaping: ['stem'],
    minimumSize: ({ stem }) => (stem === 'imagenet' ? 32 : 8),
    defaultSize: (_, dataSide) => (dataSide < 64 ? dataSide : 224),
    build({ stem }, context) {
      const small = takesSmall(context, stem)
      requireSize(name, context.image, small ? 8 : 32)
      const input = image(context)
      const first = small ? { kernel: 3 } : { kernel: 7, stride: 2 }
      let x = conv(context, input, { name: 'features.conv0', filters: 2 * growth, ...first })
      x = norm(context, x, { name: 'features.norm0', activation: 'relu' })
      if (!small) x = maxPool(context, x, { name: 'features.pool0', kernel: 3, stride: 2, padded: true })
      x = denseBlocks(context, x, { growth, blocks })
      return context.tf.model({ inputs: input, outputs: classifier(context, x, 'classifier'), name })
    },
  }),
)

const cifarOptions = Type.Object({
  depth: Type.Integer({ default: 100, minimum: 10, maximum: 400, description: 'Layers: 6n + 4.', multipleOf: 1 }),
  growth: Type.Integer({ default: 12, minimum: 4, maximum: 64, description: 'Growth rate: channels added per layer.' }),
})

/**
 * DenseNet-BC for small images: three blocks, stem of twice the growth.
 * Source: Huang et al. 2017, §4, https://arxiv.org/abs/1608.06993.
 * Shapes: float32 [N, H, W, C] → logits [N, classes]; H and W at least 4.
 */
export const cifarDensenet: ModelComponent<typeof cifarOptions.properties> = {
  name: 'densenet_bc',
  summary: 'DenseNet-BC for small images, 6n + 4 layers.',
  options: cifarOptions,
  shaping: ['depth', 'growth'],
  minimumSize: () => 4,
  defaultSize: (_, dataSide) => Math.min(dataSide, 32),
  build({ depth, growth }, context) {
    requireSize('densenet_bc', context.image, 4)
    const layers = Math.max(1, Math.floor((depth - 4) / 6))
    const input = image(context)
    const stem = conv(context, input, { name: 'features.conv0', filters: 2 * growth })
    const x = denseBlocks(context, stem, { growth, blocks: [layers, layers, layers] })
    return context.tf.model({ inputs: input, outputs: classifier(context, x, 'classifier'), name: 'densenet_bc' })
  },
}

/** Dense blocks with transitions that halve channels and sides between them, and the last norm. */
function denseBlocks(
  context: ModelContext,
  input: SymbolicTensor,
  { growth, blocks }: { growth: number; blocks: readonly number[] },
): SymbolicTensor {
  let x = input
  for (const [i, layers] of blocks.entries()) {
    for (let layer = 1; layer <= layers; layer++) {
      const name = `features.denseblock${i + 1}.denselayer${layer}`
      x = concat(context, `${name}.concat`, [x, denseLayer(context, x, name, growth)])
    }
    if (i < blocks.length - 1) x = transition(context, x, `features.transition${i + 1}`)
  }
  return norm(context, x, { name: 'features.norm5', activation: 'relu' })
}

function denseLayer(context: ModelContext, x: SymbolicTensor, name: string, growth: number): SymbolicTensor {
  let y = norm(context, x, { name: `${name}.norm1`, activation: 'relu' })
  y = conv(context, y, { name: `${name}.conv1`, filters: 4 * growth, kernel: 1 })
  y = norm(context, y, { name: `${name}.norm2`, activation: 'relu' })
  return conv(context, y, { name: `${name}.conv2`, filters: growth })
}

function transition(context: ModelContext, x: SymbolicTensor, name: string): SymbolicTensor {
  const y = norm(context, x, { name: `${name}.norm`, activation: 'relu' })
  const half = conv(context, y, { name: `${name}.conv`, filters: Math.floor((x.shape.at(-1) ?? 0) / 2), kernel: 1 })
  return averagePool(context, half, { name: `${name}.pool`, kernel: 2, stride: 2 })
}
