import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import Type from 'typebox'
import type { ModelComponent, ModelContext } from '../define.ts'
import {
  activate,
  add,
  averagePool,
  classifier,
  conv,
  image,
  maxPool,
  norm,
  requireSize,
  takesSmall,
} from './blocks.ts'

const options = Type.Object({
  stem: Type.Union([Type.Literal('auto'), Type.Literal('imagenet'), Type.Literal('deep'), Type.Literal('small')], {
    default: 'auto',
    description:
      'imagenet: 7×7 stride 2 and a max pool; deep (ResNet-C): three 3×3 convolutions and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.',
  }),
  shortcut: Type.Union([Type.Literal('convolution'), Type.Literal('average-pool')], {
    default: 'convolution',
    description:
      'Downsampling shortcut: a 1×1 convolution of stride 2, or (ResNet-D) a 2×2 average pool before one of stride 1.',
  }),
  zeroGamma: Type.Boolean({ default: false, description: 'Initialise γ of the last batch norm of every block to 0.' }),
})

interface Variant {
  name: string
  summary: string
  bottleneck: boolean
  blocks: readonly number[]
}

const VARIANTS: readonly Variant[] = [
  { name: 'resnet18', summary: 'ResNet, 18 layers, basic blocks.', bottleneck: false, blocks: [2, 2, 2, 2] },
  { name: 'resnet34', summary: 'ResNet, 34 layers, basic blocks.', bottleneck: false, blocks: [3, 4, 6, 3] },
  {
    name: 'resnet50',
    summary: 'ResNet, 50 layers, bottleneck blocks.',
    bottleneck: true,
    blocks: [3, 4, 6, 3],
  },
  {
    name: 'resnet101',
    summary: 'ResNet, 101 layers, bottleneck blocks.',
    bottleneck: true,
    blocks: [3, 4, 23, 3],
  },
  {
    name: 'resnet152',
    summary: 'ResNet, 152 layers, bottleneck blocks.',
    bottleneck: true,
    blocks: [3, 8, 36, 3],
  },
]

/**
 * Residual networks for ImageNet, version 1.5: the stride of a bottleneck is in its 3×3 convolution, as in torchvision, unless the weights
 * are of version 1.
 * Sources: He et al. 2016, Table 1, https://arxiv.org/abs/1512.03385; stem C and shortcut D: He et al. 2019, §4.2,
 * https://arxiv.org/abs/1812.01187, with timm's names.
 * Shapes: float32 [N, H, W, C] → logits [N, classes]; H and W at least 32 with the ImageNet stem, 8 with the small one.
 */
export const resnets: readonly ModelComponent<typeof options.properties>[] = VARIANTS.map((variant) => ({
  name: variant.name,
  summary: variant.summary,
  options,
  shaping: ['stem', 'shortcut'],
  minimumSize: ({ stem }) => (stem === 'imagenet' || stem === 'deep' ? 32 : 8),
  defaultSize: (_, dataSide) => (dataSide < 64 ? dataSide : 224),
  build({ stem, shortcut, zeroGamma }, context) {
    const small = takesSmall(context, stem)
    requireSize(variant.name, context.image, small ? 8 : 32)
    const input = image(context)
    let x = small
      ? smallStem(context, input)
      : stem === 'deep'
        ? deepStem(context, input)
        : imagenetStem(context, input)
    let channels = 64
    for (const [stage, count] of variant.blocks.entries()) {
      for (let block = 0; block < count; block++) {
        const width = 64 << stage
        const filters = variant.bottleneck ? width * 4 : width
        const stride = stage > 0 && block === 0 ? 2 : 1
        const name = `layer${stage + 1}.${block}`
        const residual =
          stride !== 1 || channels !== filters ? projection(context, x, name, { filters, stride, shortcut }) : x
        x = variant.bottleneck
          ? bottleneck(context, x, residual, { name, width, stride, zeroGamma })
          : basic(context, x, residual, { name, width, stride, zeroGamma })
        channels = filters
      }
    }
    return context.tf.model({ inputs: input, outputs: classifier(context, x, 'fc'), name: variant.name })
  },
}))

function imagenetStem(context: ModelContext, input: SymbolicTensor): SymbolicTensor {
  const x = conv(context, input, { name: 'conv1', filters: 64, kernel: 7, stride: 2 })
  return stemPool(context, norm(context, x, { name: 'bn1', activation: 'relu' }))
}

function deepStem(context: ModelContext, input: SymbolicTensor): SymbolicTensor {
  let x = conv(context, input, { name: 'conv1.0', filters: 32, stride: 2 })
  x = norm(context, x, { name: 'conv1.1', activation: 'relu' })
  x = norm(context, conv(context, x, { name: 'conv1.3', filters: 32 }), { name: 'conv1.4', activation: 'relu' })
  x = norm(context, conv(context, x, { name: 'conv1.6', filters: 64 }), { name: 'bn1', activation: 'relu' })
  return stemPool(context, x)
}

const stemPool = (context: ModelContext, x: SymbolicTensor): SymbolicTensor =>
  maxPool(context, x, { name: 'maxpool', kernel: 3, stride: 2, padded: true })

function smallStem(context: ModelContext, input: SymbolicTensor): SymbolicTensor {
  return norm(context, conv(context, input, { name: 'conv1', filters: 64 }), { name: 'bn1', activation: 'relu' })
}

function projection(
  context: ModelContext,
  x: SymbolicTensor,
  name: string,
  { filters, stride, shortcut }: { filters: number; stride: number; shortcut: 'convolution' | 'average-pool' },
): SymbolicTensor {
  const downsample = (part: number): string => `${name}.downsample.${part}`
  if (shortcut !== 'average-pool')
    return norm(context, conv(context, x, { name: downsample(0), filters, kernel: 1, stride }), { name: downsample(1) })
  const half = stride === 1 ? x : averagePool(context, x, { name: downsample(0), kernel: 2, stride: 2, ceil: true })
  return norm(context, conv(context, half, { name: downsample(1), filters, kernel: 1 }), { name: downsample(2) })
}

interface Block {
  name: string
  width: number
  stride: number
  zeroGamma: boolean
}

function basic(
  context: ModelContext,
  x: SymbolicTensor,
  residual: SymbolicTensor,
  { name, width, stride, zeroGamma }: Block,
): SymbolicTensor {
  let y = conv(context, x, { name: `${name}.conv1`, filters: width, stride })
  y = norm(context, y, { name: `${name}.bn1`, activation: 'relu' })
  y = conv(context, y, { name: `${name}.conv2`, filters: width })
  y = norm(context, y, { name: `${name}.bn2`, zeroGamma })
  return activate(context, add(context, `${name}.add`, y, residual), 'relu', `${name}.add`)
}

function bottleneck(
  context: ModelContext,
  x: SymbolicTensor,
  residual: SymbolicTensor,
  { name, width, stride, zeroGamma }: Block,
): SymbolicTensor {
  const [first, middle] = context.convention?.bottleneckStride === 'first' ? [stride, 1] : [1, stride]
  let y = conv(context, x, { name: `${name}.conv1`, filters: width, kernel: 1, stride: first })
  y = norm(context, y, { name: `${name}.bn1`, activation: 'relu' })
  y = conv(context, y, { name: `${name}.conv2`, filters: width, stride: middle })
  y = norm(context, y, { name: `${name}.bn2`, activation: 'relu' })
  y = conv(context, y, { name: `${name}.conv3`, filters: width * 4, kernel: 1 })
  y = norm(context, y, { name: `${name}.bn3`, zeroGamma })
  return activate(context, add(context, `${name}.add`, y, residual), 'relu', `${name}.add`)
}
