import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../../engine/tfjs.js'
import { nonTrainable } from '../variables.ts'

/** A variable of zeros for each of a model's. */
export const zerosLikeEach = (tf: Tf, variables: readonly tfc.Variable[]): tfc.Variable[] =>
  variables.map((variable) => nonTrainable(tf, () => tf.zerosLike(variable)))

/** A number that kernels read at run time, so that a schedule may move it. */
export const scalarVariable = (tf: Tf, value: number): tfc.Variable & tfc.Scalar =>
  nonTrainable(tf, () => tf.scalar(value))

/** States by names that are stable across runs: `role/0`, `role/1`, … in the order of the model's variables. */
export const namedStates = (roles: Readonly<Record<string, readonly tfc.Variable[]>>): Map<string, tfc.Variable> =>
  new Map(Object.entries(roles).flatMap(([role, states]) => states.map((state, i) => [`${role}/${i}`, state] as const)))
