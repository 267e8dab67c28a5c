import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../errors.ts'
import type { Engine } from '../engine/engine.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import { averagings } from '../zoo/averaging/registry.ts'
import type { Net } from './net.ts'

/** Averages of a net's weights beside it. */
export interface Averages {
  readonly variables: ReadonlyMap<string, tfc.Variable>
  readonly recomputeBatchNorm: boolean
  /** Lets the weights after `step` steps enter, where the method says so. */
  update(step: number): void
}

/** The averages that a spec asks for, or undefined for none. */
export function createAverages(
  engine: Engine,
  spec: ResolvedSpec,
  net: Net,
  budget: { totalSteps: number; stepsPerEpoch: number },
): Averages | undefined {
  const { name, ...options } = spec.averaging
  if (name === 'none') return undefined
  const component = averagings.find((candidate) => candidate.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no averaging ${name}.`)
  const { tf } = engine
  const averaged = component.recomputeBatchNorm ? net.graph.trainable : net.variables
  const variables = new Map(
    [...averaged].map(([key, variable]) => [key, tf.tidy(() => tf.variable(tf.zerosLike(variable), false))]),
  )
  const weight = tf.tidy(() => tf.variable(tf.scalar(0), false))
  const weightAt = component.create(options, budget)
  return {
    variables,
    recomputeBatchNorm: component.recomputeBatchNorm,
    update(step) {
      const value = weightAt(step)
      if (value === 0) return
      engine.write(weight, Float32Array.of(value))
      engine.ops.averageStep([...variables.values()], [...averaged.values()], weight)
    },
  }
}
