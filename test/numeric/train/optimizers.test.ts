import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/spec/parse.ts'
import { optimizers } from '../../../src/zoo/optimizers/registry.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

interface Case {
  name: string
  options: Record<string, unknown>
  end: number[][]
}

const { start, gradients, rates, cases } = JSON.parse(
  readFileSync(new URL('../../oracles/optimizers.json', import.meta.url), 'utf8'),
) as { start: number[][]; gradients: number[][][]; rates: number[]; cases: Case[] }

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

/** Every option of a case's optimiser, defaults filled in. */
const optionsOf = ({ name, options }: Case): Record<string, unknown> => ({
  ...parseSpec({ optimizer: { name, ...options } }).optimizer,
})

describe('optimisers', () => {
  const shapes = [[3, 2], [3]]

  it.each(cases)('$name $options takes torch’s steps, captured', (expected) => {
    const { tf } = engine
    const zeros = (shape: number[]): tfc.Variable => tf.variable(tf.zeros(shape), false)
    const [variables, inputs] = [shapes.map(zeros), shapes.map(zeros)]
    const [learningRate, step] = [zeros([]), zeros([])]
    const scalar = (variable: tfc.Variable): tfc.Scalar => variable as tfc.Tensor as tfc.Scalar
    const optimizer = optimizers
      .find(({ name }) => name === expected.name)!
      .create(optionsOf(expected), {
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
