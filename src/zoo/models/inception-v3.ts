import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import Type from 'typebox'
import type { ModelComponent, ModelContext } from '../define.ts'
import { averagePool, classifier, concat, conv, image, maxPool, norm, requireSize, takesSmall } from './blocks.ts'

const options = Type.Object({
  auxiliary: Type.Boolean({ default: true, description: 'Auxiliary classifier on the 17×17 maps, in training only.' }),
  auxiliaryWeight: Type.Number({
    default: 0.4,
    minimum: 0,
    maximum: 1,
    description: 'Weight of the auxiliary loss.',
  }),
  dropout: Type.Number({
    default: 0.5,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Dropout before the classifier.',
  }),
  stem: Type.Union([Type.Literal('auto'), Type.Literal('imagenet'), Type.Literal('small')], {
    default: 'auto',
    description: 'imagenet: a stem from 299 to 35 pixels; small: no downsampling; auto: small below 75 pixels.',
  }),
})

/** The auxiliary head's 5×5 convolution takes no padding from this side on, as in the paper. */
const AUXILIARY_SIDE = 17

/**
 * Inception with factorised convolutions and an auxiliary classifier.
 * Source: Szegedy et al. 2016, https://arxiv.org/abs/1512.00567; layers and names as in torchvision.
 * Shapes: float32 [N, H, W, C] → logits [N, classes] (and, with the auxiliary head, its logits second); H and W at least 75 with the
 * ImageNet stem, 8 with the small one.
 */
export const inceptionV3: ModelComponent<typeof options.properties> = {
  name: 'inception_v3',
  summary: 'Inception v3: factorised convolutions in parallel branches, with an auxiliary classifier.',
  options,
  shaping: ['stem', 'auxiliary'],
  minimumSize: ({ stem }) => (stem === 'imagenet' ? 75 : 8),
  defaultSize: (_, dataSide) => (dataSide < 75 ? dataSide : 299),
  auxiliaryWeight: ({ auxiliary, auxiliaryWeight }) => (auxiliary ? auxiliaryWeight : 0),
  build({ auxiliary, dropout, stem }, context) {
    const small = takesSmall(context, stem, 75)
    requireSize('inception_v3', context.image, small ? 8 : 75)
    const input = image(context)
    let x = stemOf(context, input, small)
    x = inceptionA(context, x, 'Mixed_5b', 32)
    x = inceptionA(context, x, 'Mixed_5c', 64)
    x = inceptionA(context, x, 'Mixed_5d', 64)
    x = inceptionB(context, x, 'Mixed_6a')
    x = inceptionC(context, x, 'Mixed_6b', 128)
    x = inceptionC(context, x, 'Mixed_6c', 160)
    x = inceptionC(context, x, 'Mixed_6d', 160)
    x = inceptionC(context, x, 'Mixed_6e', 192)
    const second = auxiliary ? [auxiliaryHead(context, x)] : []
    x = inceptionD(context, x, 'Mixed_7a')
    x = inceptionE(context, x, 'Mixed_7b')
    x = inceptionE(context, x, 'Mixed_7c')
    const logits = classifier(context, x, 'fc', { dropout })
    return context.tf.model({ inputs: input, outputs: [logits, ...second], name: 'inception_v3' })
  },
}

interface Unit {
  kernel?: number | readonly [number, number]
  stride?: number
  padding?: 'half' | 'none'
}

/** Convolution, batch norm with ε 0.001, ReLU. */
function unit(
  context: ModelContext,
  x: SymbolicTensor,
  name: string,
  filters: number,
  shape: Unit = {},
): SymbolicTensor {
  const y = conv(context, x, { name: `${name}.conv`, filters, kernel: 1, ...shape })
  return norm(context, y, { name: `${name}.bn`, activation: 'relu', epsilon: 1e-3 })
}

/** Units in sequence: `[suffix, filters, shape]` each. */
function chain(
  context: ModelContext,
  x: SymbolicTensor,
  name: string,
  units: readonly (readonly [string, number, Unit?])[],
): SymbolicTensor {
  return units.reduce((y, [suffix, filters, shape]) => unit(context, y, `${name}${suffix}`, filters, shape), x)
}

const HALVE: Unit = { kernel: 3, stride: 2, padding: 'none' }
const WIDE7: Unit = { kernel: [1, 7] }
const TALL7: Unit = { kernel: [7, 1] }
const WIDE3: Unit = { kernel: [1, 3] }
const TALL3: Unit = { kernel: [3, 1] }

function stemOf(context: ModelContext, input: SymbolicTensor, small: boolean): SymbolicTensor {
  const first: Unit = small ? { kernel: 3 } : HALVE
  const inside: Unit = { kernel: 3, padding: small ? 'half' : 'none' }
  const pool = (x: SymbolicTensor, name: string): SymbolicTensor =>
    small ? x : maxPool(context, x, { name, kernel: 3, stride: 2 })
  let x = unit(context, input, 'Conv2d_1a_3x3', 32, first)
  x = unit(context, x, 'Conv2d_2a_3x3', 32, inside)
  x = pool(unit(context, x, 'Conv2d_2b_3x3', 64, { kernel: 3 }), 'maxpool1')
  x = unit(context, x, 'Conv2d_3b_1x1', 80)
  return pool(unit(context, x, 'Conv2d_4a_3x3', 192, inside), 'maxpool2')
}

function pooled(context: ModelContext, x: SymbolicTensor, name: string, filters: number): SymbolicTensor {
  const mean = averagePool(context, x, { name: `${name}.avgpool`, kernel: 3, stride: 1, padded: true })
  return unit(context, mean, `${name}.branch_pool`, filters)
}

function inceptionA(context: ModelContext, x: SymbolicTensor, name: string, poolFilters: number): SymbolicTensor {
  return concat(context, name, [
    unit(context, x, `${name}.branch1x1`, 64),
    chain(context, x, `${name}.branch5x5_`, [
      ['1', 48],
      ['2', 64, { kernel: 5 }],
    ]),
    chain(context, x, `${name}.branch3x3dbl_`, [
      ['1', 64],
      ['2', 96, { kernel: 3 }],
      ['3', 96, { kernel: 3 }],
    ]),
    pooled(context, x, name, poolFilters),
  ])
}

function inceptionB(context: ModelContext, x: SymbolicTensor, name: string): SymbolicTensor {
  return concat(context, name, [
    unit(context, x, `${name}.branch3x3`, 384, HALVE),
    chain(context, x, `${name}.branch3x3dbl_`, [
      ['1', 64],
      ['2', 96, { kernel: 3 }],
      ['3', 96, HALVE],
    ]),
    maxPool(context, x, { name: `${name}.pool`, kernel: 3, stride: 2 }),
  ])
}

function inceptionC(context: ModelContext, x: SymbolicTensor, name: string, width: number): SymbolicTensor {
  return concat(context, name, [
    unit(context, x, `${name}.branch1x1`, 192),
    chain(context, x, `${name}.branch7x7_`, [
      ['1', width],
      ['2', width, WIDE7],
      ['3', 192, TALL7],
    ]),
    chain(context, x, `${name}.branch7x7dbl_`, [
      ['1', width],
      ['2', width, TALL7],
      ['3', width, WIDE7],
      ['4', width, TALL7],
      ['5', 192, WIDE7],
    ]),
    pooled(context, x, name, 192),
  ])
}

function inceptionD(context: ModelContext, x: SymbolicTensor, name: string): SymbolicTensor {
  return concat(context, name, [
    chain(context, x, `${name}.branch3x3_`, [
      ['1', 192],
      ['2', 320, HALVE],
    ]),
    chain(context, x, `${name}.branch7x7x3_`, [
      ['1', 192],
      ['2', 192, WIDE7],
      ['3', 192, TALL7],
      ['4', 192, HALVE],
    ]),
    maxPool(context, x, { name: `${name}.pool`, kernel: 3, stride: 2 }),
  ])
}

function inceptionE(context: ModelContext, x: SymbolicTensor, name: string): SymbolicTensor {
  const split = (y: SymbolicTensor, branch: string): SymbolicTensor[] => [
    unit(context, y, `${name}.${branch}a`, 384, WIDE3),
    unit(context, y, `${name}.${branch}b`, 384, TALL3),
  ]
  const single = unit(context, x, `${name}.branch3x3_1`, 384)
  const double = chain(context, x, `${name}.branch3x3dbl_`, [
    ['1', 448],
    ['2', 384, { kernel: 3 }],
  ])
  return concat(context, name, [
    unit(context, x, `${name}.branch1x1`, 320),
    ...split(single, 'branch3x3_2'),
    ...split(double, 'branch3x3dbl_3'),
    pooled(context, x, name, 192),
  ])
}

/** On maps too small for it the head pools less, and its 5×5 convolution is padded. */
function auxiliaryHead(context: ModelContext, x: SymbolicTensor): SymbolicTensor {
  const side = Math.min(x.shape[1] ?? 0, x.shape[2] ?? 0)
  let y = side >= 5 ? averagePool(context, x, { name: 'AuxLogits.pool', kernel: 5, stride: 3 }) : x
  y = unit(context, y, 'AuxLogits.conv0', 128)
  y = unit(context, y, 'AuxLogits.conv1', 768, { kernel: 5, padding: side >= AUXILIARY_SIDE ? 'none' : 'half' })
  return classifier(context, y, 'AuxLogits.fc', { prefix: 'AuxLogits.global_' })
}
