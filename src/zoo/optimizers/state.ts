import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../../engine/tfjs.js'

/** A variable of zeros beside each of a model's. */
export const zerosBeside = (tf: Tf, variables: readonly tfc.Variable[]): tfc.Variable[] =>
  variables.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)))

/** A number that kernels read at run time, so that a schedule may move it. */
export const scalarVariable = (tf: Tf, value: number): tfc.Variable & tfc.Scalar =>
  tf.tidy(() => tf.variable(tf.scalar(value), false))

/** States by names that are stable across runs: `role/0`, `role/1`, … in the order of the model's variables. */
export const namedStates = (roles: Readonly<Record<string, readonly tfc.Variable[]>>): Map<string, tfc.Variable> =>
  new Map(Object.entries(roles).flatMap(([role, states]) => states.map((state, i) => [`${role}/${i}`, state] as const)))
