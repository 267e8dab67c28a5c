import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { optimizers } from '../../../src/zoo/optimizers/registry.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

interface Case {
  name: string
  options: Record<string, unknown>
  /** Whether momentum (or β₁) is another one in each step. */
  scheduled: boolean
  end: number[][]
}

const { start, gradients, rates, momenta, cases } = JSON.parse(
  readFileSync(new URL('../../oracles/optimizers.json', import.meta.url), 'utf8'),
) as {
  start: number[][]
  /** A step, a micro-batch, a variable. */
  gradients: number[][][][]
  rates: number[]
  momenta: number[]
  cases: Case[]
}
const shapes = [[3, 2], [3]]

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

const optionsOf = ({ name, options }: Case): Record<string, unknown> => ({
  ...parseSpec({ optimizer: { name, ...options } }).optimizer,
})

describe('optimisers', () => {
  it.each(cases)('$name $options, momentum scheduled $scheduled, takes torch’s ten steps, captured', (expected) => {
    const { tf, ops } = engine
    const before = engine.memory()
    const options = optionsOf(expected)
    const { clipNorm, accumulation } = options as { clipNorm: number; accumulation: number }
    const zeros = (shape: number[]): tfc.Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false))
    const [variables, inputs, sums] = [shapes.map(zeros), shapes.map(zeros), shapes.map(zeros)]
    const [learningRate, step, keep] = [zeros([]), zeros([]), zeros([])]
    const scalar = (variable: tfc.Variable): tfc.Scalar => variable as tfc.Tensor as tfc.Scalar
    const optimizer = optimizers
      .find(({ name }) => name === expected.name)!
      .create(options, {
        tf,
        ops,
        variables,
        learningRate: scalar(learningRate),
        step: scalar(step),
      })
    variables.forEach((variable, i) => engine.write(variable, Float32Array.from(start[i] ?? [])))
    const accumulates = engine.capture(() => {
      ops.accumulate({ sums, gradients: inputs, scale: 1 / accumulation, keep: scalar(keep) })
      return []
    })
    let update: { run(): void; dispose(): void } | undefined
    gradients.forEach((parts, at) => {
      parts.slice(0, accumulation).forEach((values, part) => {
        inputs.forEach((input, i) => engine.write(input, Float32Array.from(values[i] ?? [])))
        engine.write(keep, Float32Array.of(part))
        accumulates.run()
      })
      engine.write(learningRate, Float32Array.of(rates[at] ?? 0))
      engine.write(step, Float32Array.of(at + 1))
      if (expected.scheduled) engine.write(optimizer.momentum, Float32Array.of(momenta[at] ?? 0))
      if (update !== undefined) update.run()
      else
        update = engine.capture(() => {
          optimizer.update(sums, clipNorm > 0 ? ops.clipCoefficient(sums, clipNorm) : undefined)
          return []
        })
    })
    variables.forEach((variable, i) =>
      expect(relativeError(variable.dataSync(), expected.end[i] ?? []), `variable ${i}`).toBeLessThan(1e-5),
    )
    accumulates.dispose()
    update?.dispose()
    optimizer.dispose()
    tf.dispose([...variables, ...inputs, ...sums, learningRate, step, keep])
    expect(engine.memory().numTensors).toBe(before.numTensors)
  })

  it('are covered here, every one of the registry', () => {
    expect([...new Set(cases.map(({ name }) => name))].sort()).toEqual(optimizers.map(({ name }) => name).sort())
  })

  it.each(optimizers.map(({ name }) => name))('%s takes what every one takes', (name) => {
    expect(parseSpec({ optimizer: name }).optimizer).toMatchObject({
      weightDecay: 1e-4,
      decayAll: false,
      clipNorm: 0,
      accumulation: 1,
    })
  })

  it('SGD takes no dampening with nesterov, as torch', () => {
    expect(() => parseSpec({ optimizer: { name: 'sgd', dampening: 0.5 } })).toThrow(/\/optimizer\/dampening/)
    expect(parseSpec({ optimizer: { name: 'sgd', dampening: 0.5, nesterov: false } }).optimizer).toBeDefined()
  })
})
