import type * as tfc from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { compositeOps } from '../../../src/engine/composites/ops.ts'
import type { Activation, Engine, FusedOps, UpdateArgs } from '../../../src/engine/engine.ts'
import type { Tf } from '../../../src/engine/tfjs.js'
import { relativeError, torch } from '../../helpers/engine.ts'

let engine: Engine
let tf: Tf
let composite: FusedOps
beforeAll(async () => {
  engine = await torch()
  tf = engine.tf
  composite = compositeOps(tf)
})
afterEach(() => engine.setPrecision('float32'))

const random = (shape: number[], seed: number, scale = 1): tfc.Tensor =>
  tf.randomNormal(shape, 0, scale, 'float32', seed)

/** Central differences of a scalar function at every element, against the gradient that is claimed. */
function differences(f: (x: tfc.Tensor) => tfc.Tensor, x: tfc.Tensor, step = 1e-2): Float32Array {
  const values = Float32Array.from(x.dataSync())
  return values.map((value, i) => {
    const at = (shift: number): number =>
      tf.tidy(() => (f(tf.tensor(values.with(i, value + shift), x.shape)).dataSync() as Float32Array)[0] ?? NaN)
    return (at(step) - at(-step)) / (2 * step)
  })
}

const SHAPES: [string, number[]][] = [
  ['few channels', [3, 4, 4, 16]],
  ['odd channels', [3, 5, 3, 7]],
  ['many channels', [2, 3, 3, 130]],
  ['a matrix', [9, 6]],
]
const ACTIVATIONS: Activation[] = ['linear', 'relu', 'relu6']

describe.each(SHAPES)('batch norm with activation, %s', (_, shape) => {
  const channels = shape.at(-1) ?? 1
  const variants = ACTIVATIONS.flatMap((activation) =>
    [false, true].flatMap((residual) => [true, false].map((training) => ({ activation, residual, training }))),
  )

  it.each(variants)(
    'agrees with its composite: $activation, residual $residual, training $training',
    ({ activation, residual, training }) => {
      const inputs = [
        random(shape, 1, 3),
        tf.add(random([channels], 2, 0.3), 1),
        random([channels], 3),
        ...(residual ? [random(shape, 4)] : []),
      ]
      const run = (ops: FusedOps): { values: Float32Array[] } => {
        const movingMean = tf.variable(random([channels], 5, 0.1), false)
        const movingVariance = tf.variable(tf.add(tf.abs(random([channels], 6)), 0.5), false)
        const forward = (x: tfc.Tensor, gamma: tfc.Tensor, beta: tfc.Tensor, skip?: tfc.Tensor): tfc.Tensor => {
          const args = {
            x,
            gamma: gamma as tfc.Tensor1D,
            beta: beta as tfc.Tensor1D,
            movingMean,
            movingVariance,
            epsilon: 1e-3,
            activation,
            ...(skip === undefined ? {} : { residual: skip }),
          }
          return training ? ops.batchNormAct({ ...args, momentum: 0.9 }) : ops.batchNormActInference(args)
        }
        const weights = random(shape, 7)
        const { value, grads } = tf.valueAndGrads((...args: tfc.Tensor[]) =>
          tf.sum(tf.mul(forward(...(args as [tfc.Tensor, tfc.Tensor, tfc.Tensor])), weights)),
        )(inputs)
        const values = [value, ...grads, movingMean, movingVariance].map((tensor) =>
          Float32Array.from(tensor.dataSync()),
        )
        tf.dispose([movingMean, movingVariance])
        return { values }
      }
      const [fused, reference] = [run(engine.ops), run(composite)]
      fused.values.forEach((values, i) =>
        expect(relativeError(values, reference.values[i] ?? [], 0.1), String(i)).toBeLessThan(3e-5),
      )
    },
  )
})

describe('batch norm of inference that overwrites its input', () => {
  it.each([1, 20, 64])('gives the same bits in the same memory, and has no gradient: %i channels', (channels) => {
    const moving = tf.variable(tf.fill([channels], 0.7), false)
    const [gamma, beta] = [random([channels], 1), random([channels], 2)] as [tfc.Tensor1D, tfc.Tensor1D]
    const args = {
      gamma,
      beta,
      movingMean: moving,
      movingVariance: moving,
      epsilon: 1e-3,
      activation: 'relu' as const,
      residual: random([2, 5, 3, channels], 3),
    }
    const x = tf.mul(random([2, 5, 3, channels], 4), 2)
    const expected = engine.ops.batchNormActInference({ ...args, x }).dataSync()
    const of = (value: tfc.Tensor): tfc.Tensor =>
      engine.ops.batchNormActInference({ ...args, x: value, overwritesX: true })
    expect(of(x).dataSync()).toEqual(expected)
    expect(x.dataSync()).toEqual(expected)
    expect(() => tf.grad((value) => of(tf.mul(value, 2)))(random([2, 5, 3, channels], 4))).toThrow('no gradient')
  })
})

describe('gradients by finite differences', () => {
  it('batch norm lets NaN through its activations', () => {
    for (const activation of ['linear', 'relu', 'relu6', 'silu'] as const) {
      const of = (value: number): tfc.Tensor1D => tf.fill([20], value)
      const y = engine.ops.batchNormActInference({
        x: tf.fill([2, 20], NaN),
        gamma: of(1),
        beta: of(0),
        epsilon: 1e-5,
        activation,
        movingMean: of(0) as tfc.Variable,
        movingVariance: of(1) as tfc.Variable,
      })
      expect([...y.dataSync()].every(Number.isNaN)).toBe(true)
    }
  })

  it('batch norm with ReLU and a residual, in x', () => {
    const shape = [2, 3, 3, 4]
    const moving = tf.variable(tf.ones([4]), false)
    const ones = tf.ones<tfc.Rank.R1>([4])
    const [skip, weights] = [tf.add(random(shape, 2, 0.1), 3), random(shape, 3)]
    const f = (x: tfc.Tensor): tfc.Tensor =>
      tf.sum(
        tf.mul(
          engine.ops.batchNormAct({
            x,
            gamma: ones,
            beta: ones,
            movingMean: moving,
            movingVariance: moving,
            momentum: 0.9,
            epsilon: 1e-3,
            activation: 'relu',
            residual: skip,
          }),
          weights,
        ),
      )
    const x = random(shape, 1)
    expect(relativeError(tf.grad(f)(x).dataSync(), differences(f, x))).toBeLessThan(5e-3)
  })

  it('batch norm with SiLU, in training and frozen, in x', () => {
    const moving = tf.variable(tf.ones([20]), false)
    const gamma = tf.add<tfc.Tensor1D>(random([20], 4, 0.2), 1)
    const weights = random([3, 2, 2, 20], 3)
    const x = random([3, 2, 2, 20], 1)
    for (const training of [true, false]) {
      const f = (value: tfc.Tensor): tfc.Tensor => {
        const args = {
          x: value,
          gamma,
          beta: tf.zeros<tfc.Rank.R1>([20]),
          movingMean: moving,
          movingVariance: moving,
          epsilon: 1e-3,
          activation: 'silu' as const,
        }
        const y = training
          ? engine.ops.batchNormAct({ ...args, momentum: 0.9 })
          : engine.ops.batchNormActInference(args)
        return tf.sum(tf.mul(y, weights))
      }
      expect(relativeError(tf.grad(f)(x).dataSync(), differences(f, x))).toBeLessThan(5e-3)
    }
  })

  it('average pool that counts its padding', () => {
    const x = random([2, 5, 6, 3], 1) as tfc.Tensor4D
    const window = { kernel: [3, 3], strides: [1, 2], padding: [1, 1] } as const
    const weights = random([2, 5, 3, 3], 2)
    const pooled = (value: tfc.Tensor): tfc.Tensor =>
      tf.sum(tf.mul(engine.ops.paddedAveragePool(value as tfc.Tensor4D, window), weights))
    const expected = composite.paddedAveragePool(x, window)
    const actual = engine.ops.paddedAveragePool(x, window)
    expect(actual.shape).toEqual(expected.shape)
    expect(relativeError(actual.dataSync(), expected.dataSync())).toBeLessThan(1e-6)
    expect(relativeError(tf.grad(pooled)(x).dataSync(), differences(pooled, x))).toBeLessThan(2e-3)
  })

  it('channel scale, in both arguments', () => {
    const [x, gate] = [random([2, 3, 3, 20], 1) as tfc.Tensor4D, random([2, 1, 1, 20], 2) as tfc.Tensor4D]
    const weights = random([2, 3, 3, 20], 3)
    const scaled = (a: tfc.Tensor, b: tfc.Tensor): tfc.Tensor =>
      tf.sum(tf.mul(engine.ops.channelScale(a as tfc.Tensor4D, b as tfc.Tensor4D), weights))
    const [dx, dgate] = tf.grads(scaled)([x, gate]) as [tfc.Tensor, tfc.Tensor]
    expect(
      relativeError(
        dx.dataSync(),
        differences((a) => scaled(a, gate), x),
      ),
    ).toBeLessThan(2e-3)
    expect(
      relativeError(
        dgate.dataSync(),
        differences((b) => scaled(x, b), gate),
      ),
    ).toBeLessThan(2e-3)
    expect(engine.ops.channelScale(x, gate).dataSync()).toEqual(tf.mul(x, gate).dataSync())
  })

  it('SiLU is exact over its whole range', () => {
    const values = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 20)
    const of = (value: number): tfc.Tensor1D => tf.fill([1], value)
    const y = engine.ops.batchNormActInference({
      x: tf.tensor(values, [4001, 1]),
      gamma: of(1),
      beta: of(0),
      epsilon: 0,
      activation: 'silu',
      movingMean: of(0) as tfc.Variable,
      movingVariance: of(1) as tfc.Variable,
    })
    const expected = [...values].map((x) => x / (1 + Math.exp(-x)))
    const errors = [...y.dataSync()].map(
      (value, i) => Math.abs(value - expected[i]!) / Math.max(1e-30, Math.abs(expected[i]!)),
    )
    expect(Math.max(...errors.filter((_, i) => Math.abs(values[i]!) < 80))).toBeLessThan(1e-6)
    expect([...y.dataSync()].every((value) => Number.isFinite(value))).toBe(true)
  })

  it('softmax cross-entropy with any labels, in the logits', () => {
    const labels = tf.abs(random([4, 5], 2)) as tfc.Tensor2D
    const f = (x: tfc.Tensor): tfc.Tensor =>
      tf.sum(tf.mul(engine.ops.softmaxCrossEntropy(x as tfc.Tensor2D, labels), tf.tensor1d([1, 2, 0.5, -1])))
    const x = random([4, 5], 1)
    expect(relativeError(tf.grad(f)(x).dataSync(), differences(f, x))).toBeLessThan(2e-3)
    expect(
      relativeError(
        f(x).dataSync(),
        tf
          .sum(tf.mul(composite.softmaxCrossEntropy(x as tfc.Tensor2D, labels), tf.tensor1d([1, 2, 0.5, -1])))
          .dataSync(),
      ),
    ).toBeLessThan(1e-5)
  })

  it('convolution, depthwise convolution, global average pool, ReLU and ReLU6', () => {
    const w = random([3, 3, 3, 4], 2) as tfc.Tensor4D
    const d = random([3, 3, 3, 1], 3) as tfc.Tensor4D
    const functions: ((x: tfc.Tensor4D) => tfc.Tensor)[] = [
      (x) => tf.conv2d(x, w, 2, 1),
      (x) => tf.depthwiseConv2d(x, d, 1, 1),
      (x) => tf.square(engine.ops.globalAveragePool(x)),
      (x) => tf.relu(tf.add(x, 5)),
      (x) => tf.relu6(tf.add(x, 2.9)),
    ]
    const x = random([1, 5, 5, 3], 1, 0.5)
    for (const f of functions) {
      const scalar = (value: tfc.Tensor): tfc.Tensor => tf.sum(f(value as tfc.Tensor4D))
      expect(relativeError(tf.grad(scalar)(x).dataSync(), differences(scalar, x))).toBeLessThan(5e-3)
    }
  })

  it('dropout keeps the expectation, repeats for its seed, and has its mask as gradient', () => {
    const seed = tf.tensor1d([3, 9], 'int32')
    const x = tf.ones([20_000])
    const y = engine.ops.dropout(x, 0.3, seed)
    expect((tf.mean(y).dataSync() as Float32Array)[0]).toBeCloseTo(1, 1)
    expect(engine.ops.dropout(x, 0.3, seed).dataSync()).toEqual(y.dataSync())
    expect(composite.dropout(x, 0.3, seed).dataSync()).toEqual(y.dataSync())
    expect(
      tf
        .grad((value: tfc.Tensor) => tf.sum(engine.ops.dropout(value, 0.3, seed)))(x)
        .dataSync(),
    ).toEqual(y.dataSync())
    expect(engine.ops.dropout(x, 0.3, tf.tensor1d([3, 10], 'int32')).dataSync()).not.toEqual(y.dataSync())
  })
})

describe('whole-model updates agree with their composites', () => {
  const shapes = [[3, 3, 2, 4], [7], [5, 6], [200, 300]]
  const state = (): tfc.Variable[] => tf.tidy(() => shapes.map((shape) => tf.variable(tf.zeros(shape), false)))

  /** One step of an update over variables with three states each. */
  type Step = (ops: FusedOps, shared: UpdateArgs, states: tfc.Variable[][], step: tfc.Scalar) => void
  const moments = ([firstMoments = [], secondMoments = []]: tfc.Variable[][]): {
    firstMoments: tfc.Variable[]
    secondMoments: tfc.Variable[]
    beta2: number
    epsilon: number
  } => ({ firstMoments, secondMoments, beta2: 0.99, epsilon: 1e-6 })
  const updates: Record<string, Step> = {
    sgd: (ops, shared, [buffers = []]) => {
      ops.sgdStep({ ...shared, buffers, momentum: tf.scalar(0.9), nesterov: false })
    },
    'sgd with nesterov': (ops, shared, [buffers = []]) => {
      ops.sgdStep({ ...shared, buffers, momentum: tf.scalar(0.9), nesterov: true })
    },
    'sgd with dampening': (ops, shared, [buffers = []], step) => {
      ops.sgdStep({
        ...shared,
        buffers,
        momentum: tf.scalar(0.9),
        nesterov: false,
        dampening: { fraction: 0.3, step },
      })
    },
    adam: (ops, shared, states, step) => {
      ops.adamStep({ ...shared, ...moments(states), step, beta1: tf.scalar(0.8), decoupled: false })
    },
    adamw: (ops, shared, states, step) => {
      ops.adamStep({ ...shared, ...moments(states), step, beta1: tf.scalar(0.8), decoupled: true })
    },
    rmsprop: (ops, shared, [squares = [], buffers = []]) => {
      ops.rmspropStep({ ...shared, squares, buffers, momentum: tf.scalar(0.9), alpha: 0.9, epsilon: 1e-3 })
    },
    'rmsprop, centred': (ops, shared, [squares = [], buffers = [], means = []]) => {
      ops.rmspropStep({ ...shared, squares, buffers, means, momentum: tf.scalar(0.5), alpha: 0.9, epsilon: 1e-3 })
    },
    lamb: (ops, shared, states, step) => {
      ops.lambStep({
        ...shared,
        ...moments(states),
        step,
        beta1: tf.scalar(0.8),
        adapts: [true, false, true, true],
      })
    },
  }

  function after(ops: FusedOps, update: Step): Float32Array[] {
    const variables = shapes.map((shape, i) => tf.variable(random(shape, i + 1)))
    const states = [state(), state(), state()]
    for (let step = 1; step <= 3; step++) {
      const shared = {
        variables,
        gradients: shapes.map((shape, i) => random(shape, 10 * step + i)),
        learningRate: tf.scalar(0.05),
        weightDecay: [0.01, 0, 0.01, 0.02],
        rateScale: [1, 0.5, 3, 1],
        ...(step === 2 ? { gradientScale: tf.scalar(0.25) } : {}),
      }
      update(ops, shared, states, tf.scalar(step))
    }
    const all = [...variables, ...states.flat()]
    const values = all.map((variable) => Float32Array.from(variable.dataSync()))
    tf.dispose(all)
    return values
  }

  it.each(Object.keys(updates))('%s', (name) => {
    const [fused, reference] = [engine.ops, composite].map((ops) => after(ops, updates[name]!))
    fused!.forEach((values, i) => expect(relativeError(values, reference![i]!, 1e-6)).toBeLessThan(2e-5))
  })

  it('LAMB moves a weight that is zero by its plain direction', () => {
    const [w, m, v] = [1, 2, 3].map(() => tf.tidy(() => tf.variable(tf.zeros([2, 2]), false)))
    engine.ops.lambStep({
      variables: [w!],
      gradients: [tf.ones([2, 2])],
      learningRate: tf.scalar(0.1),
      weightDecay: [0],
      firstMoments: [m!],
      secondMoments: [v!],
      step: tf.scalar(1),
      beta1: tf.scalar(0.9),
      beta2: 0.99,
      epsilon: 1e-6,
      adapts: [true],
    })
    for (const value of w!.dataSync()) expect(value).toBeCloseTo(-0.1, 5)
    tf.dispose([w!, m!, v!])
  })

  it('accumulation forgets what was there at the first of its gradients, even what is not a number', () => {
    for (const ops of [engine.ops, composite]) {
      const sums = state()
      const gradients = [1, 2, 3].map((part) => shapes.map((shape, i) => random(shape, 10 * part + i)))
      engine.write(sums[1]!, new Float32Array(7).fill(NaN))
      gradients.forEach((part, i) => {
        ops.accumulate({ sums, gradients: part, scale: 0.5, keep: tf.scalar(i === 0 ? 0 : 1) })
      })
      sums.forEach((sum, i) => {
        const expected = tf.mul(tf.addN(gradients.map((part) => part[i]!)), 0.5).dataSync()
        expect(relativeError(sum.dataSync(), expected)).toBeLessThan(1e-6)
      })
      tf.dispose(sums)
    }
  })

  it.each([0.1, 3, 1000])('gradients are clipped to a norm of %d by one coefficient', (maxNorm) => {
    const gradients = shapes.map((shape, i) => random(shape, i + 1))
    const norm = Math.sqrt(gradients.flatMap((gradient) => [...gradient.dataSync()]).reduce((sum, g) => sum + g * g, 0))
    for (const ops of [engine.ops, composite])
      expect(ops.clipCoefficient(gradients, maxNorm).dataSync()[0]).toBeCloseTo(Math.min(1, maxNorm / (norm + 1e-6)), 6)
  })

  it('averages move by the weight', () => {
    const [average, value] = [tf.variable(tf.tensor1d([1, 2]), false), tf.variable(tf.tensor1d([3, 6]), false)]
    engine.ops.averageStep([average], [value], tf.scalar(0.25))
    expect([...average.dataSync()]).toEqual([1.5, 3])
  })
})

describe('bfloat16', () => {
  it.each([16, 2, 1])('convolutions of maps %i pixels wide stay within its precision of float32', (side) => {
    const [x, w] = [random([32, side, side, 32], 1) as tfc.Tensor4D, random([3, 3, 32, 64], 2, 0.1) as tfc.Tensor4D]
    const run = (): Float32Array[] =>
      tf
        .grads((a: tfc.Tensor, b: tfc.Tensor) =>
          tf.sum(tf.square(tf.conv2d(a as tfc.Tensor4D, b as tfc.Tensor4D, 1, 1))),
        )([x, w])
        .map((gradient) => Float32Array.from(gradient.dataSync()))
    const exact = run()
    engine.setPrecision('bfloat16')
    const half = run()
    half.forEach((values, i) => {
      const error = relativeError(values, exact[i] ?? [])
      expect(error).toBeGreaterThan(0)
      expect(error).toBeLessThan(2e-2)
    })
  })
})

describe('a captured step', () => {
  const build = (): { step: () => tfc.Tensor[]; x: tfc.Variable; weights: tfc.Variable[]; dispose: () => void } => {
    const w = tf.variable(random([3, 3, 1, 8], 1, 0.3))
    const head = tf.variable(random([8, 3], 2, 0.3))
    const x = tf.variable(random([4, 6, 6, 1], 3), false)
    const labels = tf.variable(tf.oneHot(tf.tensor1d([0, 1, 2, 0], 'int32'), 3, 1, 0, 'float32'), false)
    const buffers = [w, head].map((variable) => tf.variable(tf.zerosLike(variable), false))
    const [rate, momentum] = [tf.variable(tf.scalar(0.1), false), tf.variable(tf.scalar(0.9), false)] as unknown as [
      tfc.Scalar,
      tfc.Scalar,
    ]
    const step = (): tfc.Tensor[] => {
      const { value, grads } = tf.variableGrads(() => {
        const features = engine.ops.globalAveragePool(
          tf.relu(tf.conv2d(x as tfc.Tensor as tfc.Tensor4D, w as tfc.Tensor as tfc.Tensor4D, 1, 1)),
        )
        return tf.mean<tfc.Scalar>(
          engine.ops.softmaxCrossEntropy(tf.matMul(features, head), labels as tfc.Tensor as tfc.Tensor2D),
        )
      }, [w, head])
      engine.ops.sgdStep({
        variables: [w, head],
        gradients: [w, head].map((variable) => grads[variable.name]!),
        buffers,
        learningRate: rate,
        momentum,
        nesterov: true,
        weightDecay: [1e-3, 0],
      })
      return [value]
    }
    return { step, x, weights: [w, head], dispose: () => tf.dispose([w, head, x, labels, ...buffers, rate, momentum]) }
  }
  const loss = (tensors: readonly tfc.Tensor[]): number => (tensors[0]!.dataSync() as Float32Array)[0] ?? NaN

  it('gives what direct execution gives, bit for bit, also with inputs rewritten between runs', () => {
    const [direct, replayed] = [build(), build()]
    const inputs = Array.from({ length: 6 }, (_, i) => Float32Array.from(random([4, 6, 6, 1], 50 + i).dataSync()))
    const expected = inputs.map((values) => {
      engine.write(direct.x, values)
      return loss(tf.tidy(direct.step))
    })
    const captured = (engine.write(replayed.x, inputs[0] ?? new Float32Array()), engine.capture(replayed.step))
    const actual = [loss(captured.outputs)]
    for (const values of inputs.slice(1)) {
      const other = tf.tidy(() => tf.add(random([100, 100], 1), 1).dataSync()[0])
      expect(other).not.toBeNaN()
      engine.write(replayed.x, values)
      captured.run()
      actual.push(loss(captured.outputs))
    }
    expect(actual).toEqual(expected)
    replayed.weights.forEach((weight, i) => expect(weight.dataSync()).toEqual(direct.weights[i]?.dataSync()))
    captured.dispose()
    direct.dispose()
    replayed.dispose()
  })

  it('frees each tensor after its last use, not where JavaScript disposes of it', () => {
    const megabytes = 8
    const x = tf.variable(tf.ones([megabytes << 18]), false)
    const before = engine.memory().peakBytes
    const captured = engine.capture(() => {
      let y: tfc.Tensor = x
      for (let i = 0; i < 100; i++) y = tf.add(y, 1)
      return [tf.mean(y)]
    })
    expect(captured.outputs[0]?.dataSync()[0]).toBe(101)
    expect(engine.memory().peakBytes - before).toBeLessThan((100 * megabytes * 2 ** 20) / 4)
    captured.dispose()
    x.dispose()
  })

  it('may read a value on the way', () => {
    let seen: number | undefined
    const captured = engine.capture(() => {
      const sum = tf.sum(tf.add(tf.ones([3]), 1))
      seen = sum.dataSync()[0]
      return [tf.add(sum, 1)]
    })
    expect(seen).toBe(6)
    captured.run()
    expect(captured.outputs[0]?.dataSync()[0]).toBe(7)
    captured.dispose()
  })

  it('that throws leaves the engine as it was', () => {
    expect(() =>
      engine.capture(() => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(() => engine.capture(() => [tf.matMul(tf.ones([2, 3]), tf.reshape(tf.ones([4, 4]), [2, 8]))])).toThrow()
    expect(() => engine.capture(() => [...engine.capture(() => []).outputs])).toThrow('a capture is running already')
    const captured = engine.capture(() => [tf.add(tf.ones([3]), 1)])
    captured.run()
    expect([...(captured.outputs[0]?.dataSync() ?? [])]).toEqual([2, 2, 2])
    captured.dispose()
  })

  it('holds no memory once disposed', () => {
    const before = engine.memory()
    tf.engine().startScope()
    const net = build()
    tf.engine().endScope()
    const captured = engine.capture(net.step)
    for (let i = 0; i < 5; i++) captured.run()
    captured.dispose()
    net.dispose()
    const after = engine.memory()
    expect(after.nativeTensors).toBe(before.nativeTensors)
    expect(after.nativeBytes).toBe(before.nativeBytes)
  })
})
