import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/spec/parse.ts'
import type { LossFunction } from '../../../src/zoo/define.ts'
import { losses } from '../../../src/zoo/losses/registry.ts'
import { optimizers } from '../../../src/zoo/optimizers/registry.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

interface Case {
  name: string
  options: Record<string, unknown>
}

const oracle = JSON.parse(readFileSync(new URL('../../oracles/train-components.json', import.meta.url), 'utf8')) as {
  losses: {
    logits: number[]
    labels: number[]
    counts: number[]
    cases: (Case & { loss: number; gradient: number[] })[]
  }
  optimizers: {
    start: number[][]
    gradients: number[][][]
    rates: number[]
    cases: (Case & { end: number[][] })[]
  }
}

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

/** Every option of a case's component, defaults filled in; the component takes no notice of the name beside them. */
const optionsOf = (field: 'loss' | 'optimizer', { name, options }: Case): Record<string, unknown> => ({
  ...parseSpec({ [field]: { name, ...options } })[field],
})

describe('losses', () => {
  const { logits: values, labels, counts, cases } = oracle.losses
  const classes = counts.length
  const lossOf = (loss: Case): LossFunction =>
    losses
      .find(({ name }) => name === loss.name)!
      .create(optionsOf('loss', loss), {
        ...{ tf: engine.tf, ops: engine.ops, classes, classCounts: counts },
        progress: engine.tf.scalar(0),
      })

  it.each(cases)('$name $options equals torch’s value and gradient, captured too', (expected) => {
    const { tf } = engine
    const loss = lossOf(expected)
    const shape: [number, number] = [labels.length, classes]
    const logits = tf.variable(tf.zeros(shape))
    const targets = tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32') as tfc.Tensor2D
    const step = engine.capture(() => {
      const { value, grads } = tf.variableGrads(() => loss(logits as tfc.Tensor as tfc.Tensor2D, targets, {}), [logits])
      return [value, grads[logits.name]!]
    })
    engine.write(logits, Float32Array.from(values))
    step.run()
    const [value, gradient] = step.outputs.map((tensor) => tensor.dataSync())
    expect(value?.[0]).toBeCloseTo(expected.loss, 5)
    expect(relativeError(gradient!, expected.gradient)).toBeLessThan(1e-5)
    step.dispose()
    tf.dispose([logits, targets])
  })

  it.each(cases)('$name $options is finite, with its gradient, at logits of ±80', (expected) => {
    const { tf } = engine
    const extreme = Float32Array.from(values, (value) => Math.sign(value) * 80)
    const targets = tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32') as tfc.Tensor2D
    const { value, grad } = tf.valueAndGrad((x: tfc.Tensor) => lossOf(expected)(x as tfc.Tensor2D, targets, {}))(
      tf.tensor2d(extreme, [labels.length, classes]),
    )
    for (const result of [...value.dataSync(), ...grad.dataSync()]) expect(Number.isFinite(result)).toBe(true)
  })
})

describe('optimisers', () => {
  const { start, gradients, rates, cases } = oracle.optimizers
  const shapes = [[3, 2], [3]]

  it.each(cases)('$name $options takes torch’s steps, captured', (expected) => {
    const { tf } = engine
    const zeros = (shape: number[]): tfc.Variable => tf.variable(tf.zeros(shape), false)
    const [variables, inputs] = [shapes.map(zeros), shapes.map(zeros)]
    const [learningRate, step] = [zeros([]), zeros([])]
    const scalar = (variable: tfc.Variable): tfc.Scalar => variable as tfc.Tensor as tfc.Scalar
    const optimizer = optimizers
      .find(({ name }) => name === expected.name)!
      .create(optionsOf('optimizer', expected), {
        ...{ tf, ops: engine.ops, variables },
        ...{ learningRate: scalar(learningRate), step: scalar(step) },
      })
    variables.forEach((variable, i) => engine.write(variable, Float32Array.from(start[i] ?? [])))
    let captured: { run(): void; dispose(): void } | undefined
    gradients.forEach((values, at) => {
      inputs.forEach((input, i) => engine.write(input, Float32Array.from(values[i] ?? [])))
      engine.write(learningRate, Float32Array.of(rates[at] ?? 0))
      engine.write(step, Float32Array.of(at + 1))
      if (captured !== undefined) captured.run()
      else
        captured = engine.capture(() => {
          optimizer.update(inputs)
          return []
        })
    })
    variables.forEach((variable, i) =>
      expect(relativeError(variable.dataSync(), expected.end[i] ?? []), `variable ${i}`).toBeLessThan(1e-5),
    )
    captured?.dispose()
    optimizer.dispose()
    tf.dispose([...variables, ...inputs, learningRate, step])
  })
})
