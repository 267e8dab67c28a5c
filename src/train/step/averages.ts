import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { averagingsOf } from '../../job-spec/stages.ts'
import { averagings } from '../../zoo/averaging/registry.ts'
import type { Net } from '../net/net.ts'

/** An average of a net's weights beside it. */
export interface Average {
  /** As in the registry of averagings. */
  readonly name: string
  readonly variables: ReadonlyMap<string, tfc.Variable>
  readonly recomputeBatchNorm: boolean
}

/** The averages of a run. */
export interface Averages {
  readonly all: readonly Average[]
  /** Takes the weights of another net from now on: that of the next stage. Variables that are new begin at their values. */
  follow(net: Net): void
  /** Says how long the run is, where its budget is time and its steps were not known at the beginning. */
  setTotalSteps(totalSteps: number): void
  /** Lets the weights after `step` steps enter, where the method says so. */
  update(step: number): void
}

interface Followed extends Average {
  variables: ReadonlyMap<string, tfc.Variable>
  weightAt: (step: number) => number
  sources: tfc.Variable[]
}

/** The averages that a spec asks for; they begin at zero, and their first update copies. */
export function createAverages(
  engine: Engine,
  spec: ResolvedSpec,
  net: Net,
  budget: { totalSteps: number; stepsPerEpoch: number },
): Averages {
  const { tf } = engine
  const averaged = (from: Net, recomputes: boolean): ReadonlyMap<string, tfc.Variable> =>
    recomputes ? from.graph.trainable : from.variables
  const makers = averagingsOf(spec).map(({ name, ...options }) => {
    const component = averagings.find((candidate) => candidate.name === name)
    if (component === undefined) throw new AppError('invalid_spec', `There is no averaging ${name}.`)
    return { component, options }
  })
  const weightsFor = (totalSteps: number): ((step: number) => number)[] =>
    makers.map(({ component, options }) => component.create(options, { ...budget, totalSteps }))
  const weightsAt = weightsFor(budget.totalSteps)
  const all = makers.map(({ component }, i): Followed => {
    const sources = averaged(net, component.recomputeBatchNorm)
    return {
      name: component.name,
      recomputeBatchNorm: component.recomputeBatchNorm,
      weightAt: weightsAt[i] ?? (() => 0),
      sources: [...sources.values()],
      variables: new Map(
        [...sources].map(([key, variable]) => [key, tf.tidy(() => tf.variable(tf.zerosLike(variable), false))]),
      ),
    }
  })
  const weight = tf.tidy(() => tf.variable(tf.scalar(0), false))
  const copyOf = (source: tfc.Variable): tfc.Variable => {
    const copy = tf.tidy(() => tf.variable(tf.zerosLike(source), false))
    engine.write(copy, Float32Array.from(source.dataSync()))
    return copy
  }
  return {
    all,
    follow(next) {
      for (const average of all) {
        const sources = averaged(next, average.recomputeBatchNorm)
        const before = average.variables
        average.variables = new Map(
          [...sources].map(([name, source]) => {
            const known = before.get(name)
            return [name, known?.shape.join() === source.shape.join() ? known : copyOf(source)]
          }),
        )
        for (const [name, variable] of before) if (average.variables.get(name) !== variable) variable.dispose()
        average.sources = [...sources.values()]
      }
    },
    setTotalSteps(totalSteps) {
      for (const [i, weightAt] of weightsFor(totalSteps).entries()) {
        const average = all[i]
        if (average !== undefined) average.weightAt = weightAt
      }
    },
    update(step) {
      for (const { variables, sources, weightAt } of all) {
        const value = weightAt(step)
        if (value === 0) continue
        engine.write(weight, Float32Array.of(value))
        engine.ops.averageStep([...variables.values()], sources, weight)
      }
    },
  }
}
