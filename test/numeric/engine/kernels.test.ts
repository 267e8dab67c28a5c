import type * as tfc from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { TORCH_KERNELS } from '../../../src/engine/torch/register.ts'
import type { Tf } from '../../../src/engine/tfjs.js'
import { relativeError, torch } from '../../helpers/engine.ts'

let engine: Engine
let tf: Tf
beforeAll(async () => {
  engine = await torch()
  tf = engine.tf
})

const random = (shape: number[], seed: number): tfc.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed)
const positive = (shape: number[], seed: number): tfc.Tensor => tf.add(tf.abs(random(shape, seed)), 0.1)
const ints = (values: number[]): tfc.Tensor1D => tf.tensor1d(values, 'int32')
const image = (seed = 1): tfc.Tensor4D => random([2, 8, 7, 4], seed) as tfc.Tensor4D

type Padding = Parameters<Tf['maxPool']>[3]

const PADDED: Padding = [
  [0, 0],
  [1, 2],
  [1, 1],
  [0, 0],
]
/** Around an image of one pixel, a filter of 3 × 3 meets nothing in the first and last rows. */
const FAR: Padding = [
  [0, 0],
  [3, 3],
  [2, 2],
  [0, 0],
]
/** With a stride of 2, an image of 4 pixels keeps its size. */
const SAME_SIZE: Padding = [
  [0, 0],
  [1, 2],
  [1, 2],
  [0, 0],
]

interface Case {
  /** The kernels that this is a test of. */
  kernels: string[]
  run: () => tfc.Tensor
}

const unary = (kernel: string, run: (x: tfc.Tensor) => tfc.Tensor, make = random): Case => ({
  kernels: [kernel],
  run: () => run(make([3, 5], 2)),
})
const binary = (kernel: string, run: (a: tfc.Tensor, b: tfc.Tensor) => tfc.Tensor): Case => ({
  kernels: [kernel],
  run: () => run(positive([3, 5], 3), positive([5], 4)),
})

const CASES: Record<string, Case> = {
  add: binary('Add', (a, b) => tf.add(a, b)),
  sub: binary('Sub', (a, b) => tf.sub(a, b)),
  mul: binary('Multiply', (a, b) => tf.mul(a, b)),
  div: binary('RealDiv', (a, b) => tf.div(a, b)),
  pow: binary('Pow', (a, b) => tf.pow(a, b)),
  maximum: binary('Maximum', (a, b) => tf.maximum(a, b)),
  minimum: binary('Minimum', (a, b) => tf.minimum(a, b)),
  squaredDifference: binary('SquaredDifference', (a, b) => tf.squaredDifference(a, b)),
  greater: binary('Greater', (a, b) => tf.greater(a, b)),
  greaterEqual: binary('GreaterEqual', (a, b) => tf.greaterEqual(a, b)),
  less: binary('Less', (a, b) => tf.less(a, b)),
  lessEqual: binary('LessEqual', (a, b) => tf.lessEqual(a, b)),
  equal: binary('Equal', (a, b) => tf.equal(a, b)),
  notEqual: binary('NotEqual', (a, b) => tf.notEqual(a, b)),
  logical: {
    kernels: ['LogicalAnd', 'LogicalOr', 'LogicalNot'],
    run: () =>
      tf.logicalOr(
        tf.logicalAnd(tf.greater(random([9], 1), 0), tf.less(random([9], 2), 0.5)),
        tf.logicalNot(tf.greater(random([9], 3), 0)),
      ),
  },
  relu: unary('Relu', (x) => tf.relu(x)),
  relu6: unary('Relu6', (x) => tf.relu6(tf.mul(x, 5))),
  sqrt: unary('Sqrt', (x) => tf.sqrt(x), positive),
  rsqrt: unary('Rsqrt', (x) => tf.rsqrt(x), positive),
  square: unary('Square', (x) => tf.square(x)),
  exp: unary('Exp', (x) => tf.exp(x)),
  expm1: unary('Expm1', (x) => tf.expm1(x)),
  log: unary('Log', (x) => tf.log(x), positive),
  log1p: unary('Log1p', (x) => tf.log1p(x), positive),
  neg: unary('Neg', (x) => tf.neg(x)),
  abs: unary('Abs', (x) => tf.abs(x)),
  sigmoid: unary('Sigmoid', (x) => tf.sigmoid(x)),
  tanh: unary('Tanh', (x) => tf.tanh(x)),
  reciprocal: unary('Reciprocal', (x) => tf.reciprocal(x), positive),
  floor: unary('Floor', (x) => tf.floor(x)),
  ceil: unary('Ceil', (x) => tf.ceil(x)),
  sin: unary('Sin', (x) => tf.sin(x)),
  cos: unary('Cos', (x) => tf.cos(x)),
  erf: unary('Erf', (x) => tf.erf(x)),
  elu: unary('Elu', (x) => tf.elu(x)),
  softplus: unary('Softplus', (x) => tf.softplus(tf.mul(x, 20))),
  clipByValue: unary('ClipByValue', (x) => tf.clipByValue(x, -0.5, 0.3)),
  step: unary('Step', (x) => tf.step(x, 0.3)),
  zerosLike: unary('ZerosLike', (x) => tf.zerosLike(x)),
  fill: { kernels: ['Fill'], run: () => tf.fill([2, 3], 1.5) },
  cast: { kernels: ['Cast'], run: () => tf.cast(tf.mul(random([7], 1), 10), 'int32') },
  select: {
    kernels: ['Select'],
    run: () => tf.where(tf.greater(random([3, 4], 1), 0), random([3, 4], 2), random([3, 4], 3)),
  },
  oneHot: { kernels: ['OneHot'], run: () => tf.oneHot(ints([0, 2, 4]), 5, 0.9, 0.1) },
  addN: { kernels: ['AddN'], run: () => tf.addN([random([4], 1), random([4], 2), random([4], 3)]) },
  sum: { kernels: ['Sum'], run: () => tf.sum(image(), [1, 3], true) },
  sumOfBooleans: { kernels: ['Sum'], run: () => tf.sum(tf.greater(image(), 0), [0]) },
  mean: { kernels: ['Mean'], run: () => tf.mean(image(), [1, 2]) },
  max: { kernels: ['Max'], run: () => tf.max(image(), [1]) },
  min: { kernels: ['Min'], run: () => tf.min(image(), [0, 3]) },
  argMax: { kernels: ['ArgMax'], run: () => tf.argMax(image(), 2) },
  softmax: { kernels: ['Softmax'], run: () => tf.softmax(random([4, 6], 1)) },
  logSoftmax: { kernels: ['LogSoftmax'], run: () => tf.logSoftmax(random([4, 6], 1)) },
  identity: { kernels: ['Identity'], run: () => tf.clone(random([4], 1)) },
  reshape: { kernels: ['Reshape'], run: () => tf.mul(tf.reshape(image(), [4, 2, -1]), 2) },
  transpose: { kernels: ['Transpose'], run: () => tf.transpose(image(), [3, 0, 2, 1]) },
  tile: { kernels: ['Tile'], run: () => tf.tile(random([2, 3], 1), [2, 2]) },
  pad: {
    kernels: ['PadV2'],
    run: () =>
      tf.pad(
        random([2, 3], 1),
        [
          [1, 0],
          [2, 1],
        ],
        7,
      ),
  },
  slice: { kernels: ['Slice'], run: () => tf.slice(image(), [0, 1, 2, 0], [2, 3, 4, 2]) },
  concat: { kernels: ['Concat'], run: () => tf.concat([random([2, 3], 1), random([2, 2], 2)], 1) },
  matMul: { kernels: ['BatchMatMul'], run: () => tf.matMul(random([5, 4], 1), random([6, 5], 2), true, true) },
  matMulInBlocksOfRows: {
    kernels: ['BatchMatMul'],
    run: () => tf.matMul(random([190, 150], 1), random([150, 101], 2)),
  },
  matMulInBlocksOfColumns: {
    kernels: ['BatchMatMul'],
    run: () => tf.matMul(random([150, 101], 1), random([190, 150], 2), true, true),
  },
  conv2d: { kernels: ['Conv2D'], run: () => tf.conv2d(image(), random([3, 3, 4, 5], 2) as tfc.Tensor4D, 2, 'same') },
  conv2dPadded: { kernels: ['Conv2D'], run: () => tf.conv2d(image(), random([3, 3, 4, 5], 2) as tfc.Tensor4D, 1, 1) },
  conv2dGradients: {
    kernels: ['Conv2DBackpropInput', 'Conv2DBackpropFilter'],
    run: () =>
      gradients((x, w) => tf.conv2d(x as tfc.Tensor4D, w as tfc.Tensor4D, 2, 'same'), image(), random([3, 3, 4, 5], 2)),
  },
  pointwiseGradients: {
    kernels: ['Conv2DBackpropInput', 'Conv2DBackpropFilter'],
    run: () =>
      gradients(
        (x, w) => tf.conv2d(x as tfc.Tensor4D, w as tfc.Tensor4D, 2, 'valid'),
        image(),
        random([1, 1, 4, 6], 2),
      ),
  },
  ...Object.fromEntries(
    // Maps on which most of a filter's taps meet only padding: they are computed by matrix products.
    (
      [
        ['OnOnePixel', [3, 1, 1, 4], 1, 'same'],
        ['OnTwoByTwo', [3, 2, 2, 4], 1, 'same'],
        ['OnTwoByTwoHalved', [3, 2, 2, 4], 2, 'same'],
        ['OnARow', [2, 1, 3, 4], 1, 1],
        ['BeyondThePadding', [2, 1, 1, 4], 1, FAR],
        ['InBlocks', [32, 2, 2, 160], 1, 'same'],
      ] as const
    ).map(([name, shape, strides, pad]) => [
      `conv2dGradients${name}`,
      {
        kernels: ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'],
        run: () =>
          gradients(
            (x, w) => tf.square(tf.conv2d(x as tfc.Tensor4D, w as tfc.Tensor4D, strides, pad as 'same')),
            random([...shape], 1),
            random([3, 3, shape[3], shape[3] + 1], 2),
          ),
      },
    ]),
  ),
  depthwise: {
    kernels: ['DepthwiseConv2dNative'],
    run: () => tf.depthwiseConv2d(image(), random([3, 3, 4, 2], 2) as tfc.Tensor4D, 1, 'same'),
  },
  depthwiseGradients: {
    kernels: ['DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
    run: () =>
      gradients(
        (x, w) => tf.depthwiseConv2d(x as tfc.Tensor4D, w as tfc.Tensor4D, 2, 'same'),
        image(),
        random([3, 3, 4, 1], 2),
      ),
  },
  maxPool: { kernels: ['MaxPool'], run: () => tf.maxPool(image(), 3, 2, 'same') },
  maxPoolGradient: {
    kernels: ['MaxPoolGrad'],
    run: () =>
      gradients((x, w) => tf.mul(tf.maxPool(x as tfc.Tensor4D, 3, 2, 'same'), w), image(), random([2, 4, 4, 4], 3)),
  },
  maxPoolOfPaddedPixels: {
    kernels: ['MaxPool'],
    run: () => tf.maximum(tf.maxPool(image(), 1, 2, PADDED), -10),
  },
  maxPoolOfPaddedPixelsGradient: {
    kernels: ['MaxPoolGrad'],
    run: () =>
      gradients(
        (x, w) => tf.mul(tf.maximum(tf.maxPool(x as tfc.Tensor4D, 1, 2, PADDED), -10), w),
        image(),
        random([2, 6, 5, 4], 3),
      ),
  },
  maxPoolOfPaddedPixelsOfTheSameSize: {
    kernels: ['MaxPool'],
    run: () => tf.maxPool(random([2, 4, 4, 3], 1) as tfc.Tensor4D, 1, 2, SAME_SIZE),
  },
  split: {
    kernels: ['SplitV'],
    run: () => tf.concat([...tf.split(image(), [1, 3], -1)].reverse(), 3),
  },
  splitEvenly: { kernels: ['SplitV'], run: () => tf.addN(tf.split(image(), 2, 3)) },
  concatGradient: {
    kernels: ['SplitV'],
    run: () => gradients((a, b) => tf.square(tf.concat([a, b], -1)), image(), random([...image().shape], 9)),
  },
  avgPool: { kernels: ['AvgPool'], run: () => tf.avgPool(image(), 3, 1, 'same') },
  subsample: {
    kernels: ['AvgPool'],
    run: () => tf.avgPool(random([2, 7, 5, 3], 5) as tfc.Tensor4D, 1, [2, 3], 'valid'),
  },
  subsampleGradient: {
    kernels: ['AvgPoolGrad'],
    run: () =>
      gradients(
        (x, w) => tf.mul(tf.avgPool(x as tfc.Tensor4D, 1, [3, 2], 'valid'), w),
        random([2, 7, 5, 3], 5),
        random([2, 3, 3, 3], 6),
      ),
  },
  avgPoolGradient: {
    kernels: ['AvgPoolGrad'],
    run: () =>
      gradients((x, w) => tf.mul(tf.avgPool(x as tfc.Tensor4D, 2, 2, 'valid'), w), image(), random([2, 4, 3, 4], 3)),
  },
}

/** Both gradients of the sum of an operation, in one tensor. */
function gradients(operation: (a: tfc.Tensor, b: tfc.Tensor) => tfc.Tensor, a: tfc.Tensor, b: tfc.Tensor): tfc.Tensor {
  const [da, db] = tf.grads((x: tfc.Tensor, w: tfc.Tensor) => tf.sum(tf.mul(operation(x, w), 0.7)))([a, b]) as [
    tfc.Tensor,
    tfc.Tensor,
  ]
  return tf.concat([tf.reshape(da, [-1]), tf.reshape(db, [-1])])
}

describe('every native kernel agrees with tfjs’ own', () => {
  it.each(Object.entries(CASES))('%s', async (_, { run }) => {
    await tf.setBackend('cpu')
    const expected = tf.tidy(run)
    const values = [...expected.dataSync()]
    const { shape, dtype } = expected
    await tf.setBackend('torch')
    engine.resetFallbacks()
    const actual = tf.tidy(run)
    expect(actual.shape).toEqual(shape)
    expect(actual.dtype).toBe(dtype)
    expect(relativeError(actual.dataSync(), values)).toBeLessThan(2e-6)
  })

  it('and each has a case here', () => {
    const covered = new Set(Object.values(CASES).flatMap(({ kernels }) => kernels))
    expect(TORCH_KERNELS.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([])
  })
})

describe('the torch backend', () => {
  it('gives native memory back when tensors are disposed', () => {
    const before = engine.memory()
    tf.tidy(() => {
      for (const { run } of Object.values(CASES)) run().dataSync()
    })
    const after = engine.memory()
    expect(after.numTensors).toBe(before.numTensors)
    expect(after.nativeTensors).toBe(before.nativeTensors)
    expect(after.nativeBytes).toBe(before.nativeBytes)
  })

  it('pools padded windows of one pixel natively; those that keep the size are the identity, in the gradient too', () => {
    engine.resetFallbacks()
    tf.tidy(() => {
      const square = tf.maxPool(random([2, 8, 8, 4], 1) as tfc.Tensor4D, 2, 2, 'valid')
      const pooled = (input: tfc.Tensor4D): tfc.Tensor4D => tf.maxPool(input, 1, 2, SAME_SIZE)
      expect([...pooled(square).dataSync()]).toEqual([...square.dataSync()])
      const dx = tf.grad((input) => tf.sum(tf.square(pooled(input as tfc.Tensor4D))))(square)
      expect(relativeError(dx.dataSync(), tf.mul(square, 2).dataSync())).toBeLessThan(1e-6)
      tf.grad((input) => tf.sum(tf.maxPool(input as tfc.Tensor4D, 1, 2, PADDED)))(image()).dataSync()
    })
    expect(engine.fallbacks()).toEqual({})
  })

  it('runs an operation that it has no kernel for in JavaScript, and counts it', () => {
    engine.resetFallbacks()
    const angles = tf.tidy(() => tf.atan(tf.mul(tf.tensor1d([0, 1]), 1)).dataSync())
    expect(angles[1]).toBeCloseTo(Math.PI / 4, 6)
    expect(engine.fallbacks()).toEqual({ Atan: 1 })
  })

  it('turns a failure in C++ into an error that names the kernel and the shapes', () => {
    const wrong = tf.variable(tf.zeros([3]))
    expect(() =>
      engine.ops.batchNormAct({
        x: tf.zeros([2, 2, 2, 4]),
        gamma: wrong as never,
        beta: wrong as never,
        movingMean: wrong,
        movingVariance: wrong,
        momentum: 0.9,
        epsilon: 1e-5,
        activation: 'relu',
      }),
    ).toThrow(
      expect.objectContaining({
        code: 'kernel_failed',
        message: expect.stringMatching(
          /^BatchNormAct\(float \[2, 2, 2, 4\], float \[3\].*expected 4 channels/i,
        ) as string,
      }) as Error,
    )
    wrong.dispose()
  })

  it('says so when there is not enough memory', () => {
    expect(() => tf.fill([1 << 20, 1 << 22], 1).dataSync()).toThrow()
    expect(tf.tidy(() => tf.add(tf.scalar(1), 1).dataSync()[0])).toBe(2)
  })
})
