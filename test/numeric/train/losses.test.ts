import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compositeOps } from '../../../src/engine/composites/ops.ts'
import type { Engine, FusedOps } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import type { LossComponent, LossFunction } from '../../../src/zoo/define.ts'
import { losses } from '../../../src/zoo/losses/registry.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

interface Case {
  name: string
  options: Record<string, unknown>
  targets: 'hard' | 'mixed'
  progress: number
  loss: number
  gradient: number[]
}

const oracle = JSON.parse(readFileSync(new URL('../../oracles/losses.json', import.meta.url), 'utf8')) as {
  counts: number[]
  logits: number[]
  teacher: number[]
  features: number[]
  centroids: number[]
  targets: Record<'hard' | 'mixed', number[]>
  priorBias: Record<string, number>
  cases: Case[]
}
const classes = oracle.counts.length
const images = oracle.targets.hard.length / classes

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

const component = (name: string): LossComponent => losses.find((loss) => loss.name === name)!

/** Every option, defaults filled in; the component takes no notice of the name beside them. */
const optionsOf = ({ name, options }: Pick<Case, 'name' | 'options'>): Record<string, unknown> => ({
  ...parseSpec({ loss: { name, ...options } }).loss,
})

/** A case's loss of logits, with all that it looks at. */
function lossOf(given: Case, progress: tfc.Scalar, ops: FusedOps): (logits: tfc.Tensor) => tfc.Scalar {
  const { tf } = engine
  const { counts, targets, teacher, features, centroids } = oracle
  const loss: LossFunction = component(given.name).create(optionsOf(given), {
    tf,
    ops,
    classes,
    classCounts: counts,
    progress,
  })
  return (logits) =>
    loss(logits as tfc.Tensor2D, tf.tensor2d(targets[given.targets], [images, classes]), {
      teacher: tf.tensor2d(teacher, [images, classes]),
      memory: {
        features: tf.tensor2d(features, [images, features.length / images]),
        centroids: tf.tensor2d(centroids, [classes, centroids.length / classes]),
      },
    })
}

const shapeOf = ({ name }: Case): [number, number] => [images * (component(name).views ?? 1), classes]
const logitsOf = (given: Case): number[] => oracle.logits.slice(0, shapeOf(given)[0] * classes)

function valueAndGradient(given: Case, logits: ArrayLike<number>, progress = given.progress): Float32Array[] {
  const { tf } = engine
  return tf.tidy(() => {
    const loss = lossOf(given, tf.scalar(progress), engine.ops)
    const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d(Float32Array.from(logits), shapeOf(given)))
    return [value, grad].map((tensor) => Float32Array.from(tensor.dataSync()))
  })
}

const title = '$name $options, $targets targets at $progress of the budget,'

describe('the loss', () => {
  it.each(oracle.cases)(`${title} equals torch’s value and gradient, captured and native throughout`, (expected) => {
    const { tf } = engine
    const before = engine.memory()
    const variable = (shape: number[]): tfc.Variable => tf.tidy(() => tf.variable(tf.zeros(shape)))
    const [logits, progress] = [variable(shapeOf(expected)), variable([])]
    const loss = lossOf(expected, progress as tfc.Tensor as tfc.Scalar, engine.ops)
    engine.resetFallbacks()
    const step = engine.capture(() => {
      const { value, grads } = tf.variableGrads(() => loss(logits), [logits])
      return [value, grads[logits.name]!]
    })
    engine.write(logits, Float32Array.from(logitsOf(expected)))
    engine.write(progress, Float32Array.of(expected.progress))
    step.run()
    const [value, gradient] = step.outputs.map((tensor) => tensor.dataSync())
    expect(value![0]! / expected.loss).toBeCloseTo(1, 5)
    expect(relativeError(gradient!, expected.gradient)).toBeLessThan(1e-5)
    expect(engine.fallbacks()).toEqual({})
    step.dispose()
    tf.dispose([logits, progress])
    expect(engine.memory().numTensors).toBe(before.numTensors)
    expect(engine.memory().nativeTensors).toBe(before.nativeTensors)
  })

  it.each(oracle.cases)(`${title} is finite, with its gradient, at logits of ±80`, (given) => {
    const extreme = logitsOf(given).map((value) => Math.sign(value) * 80)
    for (const logits of [extreme, extreme.map((value) => -value)])
      for (const result of valueAndGradient(given, logits).flatMap((values) => [...values]))
        expect(Number.isFinite(result)).toBe(true)
  })

  it('is covered here, every one of the registry', () => {
    expect([...new Set(oracle.cases.map(({ name }) => name))].sort()).toEqual(losses.map(({ name }) => name).sort())
  })
})

describe('with tfjs alone, the gradient', () => {
  beforeAll(() => engine.tf.setBackend('cpu'))
  afterAll(() => engine.tf.setBackend('torch'))

  it.each(oracle.cases.filter(({ targets }) => targets === 'mixed'))(
    `of ${title} equals finite differences`,
    (given) => {
      const { tf } = engine
      tf.tidy(() => {
        const loss = lossOf(given, tf.scalar(given.progress), compositeOps(tf))
        const logits = logitsOf(given)
        const at = (values: number[]): number => loss(tf.tensor2d(values, shapeOf(given))).dataSync()[0]!
        const h = 0.1
        const slope = (i: number, by: number): number =>
          at(logits.with(i, logits[i]! + by)) - at(logits.with(i, logits[i]! - by))
        const differences = logits.map((_, i) => (8 * slope(i, h) - slope(i, 2 * h)) / (12 * h))
        const gradient = tf
          .grad(loss)(tf.tensor2d(logits, shapeOf(given)))
          .dataSync()
        expect(relativeError(gradient, differences)).toBeLessThan(2e-3)
      })
    },
  )
})

describe('focal loss', () => {
  it('without focus is cross-entropy, and less than it with', () => {
    const at = (name: string, options: object): number =>
      oracle.cases.find(
        (given) =>
          given.name === name && given.targets === 'hard' && JSON.stringify(given.options) === JSON.stringify(options),
      )!.loss
    expect(at('focal', { gamma: 0 })).toBeCloseTo(at('cross-entropy', { labelSmoothing: 0 }), 12)
    expect(at('focal', { gamma: 2 })).toBeLessThan(at('focal', { gamma: 1 }))
  })
})

describe('a loss with sigmoids', () => {
  it.each(Object.entries(oracle.priorBias))('%s starts its head at the prior', (name, bias) => {
    const options = optionsOf({ name, options: {} })
    expect(component(name).headBias?.(options, classes)).toBeCloseTo(bias, 12)
  })
})

describe('LDAM', () => {
  it('asks for scaled cosines, and weighs classes only late in the budget', () => {
    const [early, late] = ['0', '0.8'].map((progress) =>
      oracle.cases.find((given) => given.name === 'ldam' && String(given.progress) === progress)!,
    )
    expect(component('ldam')).toMatchObject({ head: 'cosine' })
    expect(component('ldam').headScale?.(optionsOf(early!))).toBe(30)
    expect(valueAndGradient(early!, logitsOf(early!), 0.79)[0]![0]).toBeCloseTo(early!.loss, 4)
    expect(valueAndGradient(early!, logitsOf(early!), 0.81)[0]![0]).toBeCloseTo(late!.loss, 4)
  })
})

describe('JSD', () => {
  it('is cross-entropy where three views agree', () => {
    const given = oracle.cases.find(({ name, targets }) => name === 'jsd' && targets === 'hard')!
    const clean = oracle.logits.slice(0, images * classes)
    const crossEntropy = oracle.cases.find(({ name }) => name === 'cross-entropy')!
    expect(valueAndGradient(given, [...clean, ...clean, ...clean])[0]![0]).toBeCloseTo(crossEntropy.loss, 5)
  })
})

describe('distillation', () => {
  it('with no teacher at hand is an error', () => {
    const { tf, ops } = engine
    tf.tidy(() => {
      const loss = component('distillation').create(optionsOf({ name: 'distillation', options: { teacher: 'a' } }), {
        tf,
        ops,
        classes,
        classCounts: oracle.counts,
        progress: tf.scalar(0),
      })
      expect(() => loss(tf.zeros([2, classes]), tf.zeros([2, classes]), {})).toThrow(/teacher/)
    })
  })

  it('must name its teacher', () => {
    expect(() => parseSpec({ loss: 'distillation' })).toThrow(/teacher/)
  })
})
