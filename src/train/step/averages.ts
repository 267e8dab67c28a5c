import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { averagingsOf } from '../../job-spec/stages.ts'
import { averagings } from '../../zoo/averaging/registry.ts'
import type { Net } from '../net/net.ts'
import { lookUp } from '../../zoo/look-up.ts'
import { nonTrainable } from '../../zoo/variables.ts'
import type { ComponentSpec } from '../../job-spec/components.ts'

/** An average of a net's weights. */
export interface Average {
  /** As in the registry of averagings. */
  readonly name: string
  readonly variables: ReadonlyMap<string, tfc.Variable>
  readonly recomputeBatchNorm: boolean
}

/** The averages of a run. */
export interface Averages {
  readonly all: readonly Average[]
  /** Averages the weights of another net from now on: that of the next stage. Variables that are new start at their values. */
  follow(net: Net): void
  /** Gives the length of the run, where its budget is time and its steps were not known at the beginning. */
  setTotalSteps(totalSteps: number): void
  /** Adds the weights after `step` steps, where the method uses that step. */
  update(step: number): void
}

interface RunLength {
  totalSteps: number
  stepsPerEpoch: number
}

/** The averages that a spec has; they start at zero, and their first update copies. */
export function createAverages(engine: Engine, spec: ResolvedSpec, net: Net, length: RunLength): Averages {
  const { tf } = engine
  const all = averagingsOf(spec).map((averaging) => new RunningAverage(engine, averaging, net, length))
  const weight = nonTrainable(tf, () => tf.scalar(0))
  return {
    all,
    follow(next) {
      for (const average of all) average.follow(next)
    },
    setTotalSteps(totalSteps) {
      for (const average of all) average.setLength({ ...length, totalSteps })
    },
    update(step) {
      for (const average of all) average.update(step, weight)
    },
  }
}

class RunningAverage implements Average {
  readonly name: string
  readonly recomputeBatchNorm: boolean
  variables: ReadonlyMap<string, tfc.Variable>
  readonly #engine: Engine
  readonly #weightsFor: (length: RunLength) => (step: number) => number
  #weightAt: (step: number) => number
  #sources: tfc.Variable[]

  constructor(engine: Engine, { name, ...options }: ComponentSpec, net: Net, length: RunLength) {
    const component = lookUp(averagings, name)
    this.name = name
    this.recomputeBatchNorm = component.recomputeBatchNorm
    this.#engine = engine
    this.#weightsFor = (of) => component.create(options, of)
    this.#weightAt = this.#weightsFor(length)
    const sources = this.#averaged(net)
    this.#sources = [...sources.values()]
    this.variables = new Map([...sources].map(([key, source]) => [key, this.#zerosLike(source)]))
  }

  setLength(length: RunLength): void {
    this.#weightAt = this.#weightsFor(length)
  }

  follow(net: Net): void {
    const sources = this.#averaged(net)
    const before = this.variables
    this.variables = new Map(
      [...sources].map(([name, source]) => {
        const known = before.get(name)
        const fits = known !== undefined && this.#engine.tf.util.arraysEqual(known.shape, source.shape)
        return [name, fits ? known : this.#copyOf(source)]
      }),
    )
    for (const [name, variable] of before) if (this.variables.get(name) !== variable) variable.dispose()
    this.#sources = [...sources.values()]
  }

  update(step: number, weight: tfc.Scalar & tfc.Variable): void {
    const value = this.#weightAt(step)
    if (value === 0) return
    this.#engine.write(weight, Float32Array.of(value))
    this.#engine.ops.averageStep([...this.variables.values()], this.#sources, weight)
  }

  /** What is averaged of a net: all its variables, or only the trained ones where batch-norm statistics are recomputed. */
  #averaged(net: Net): ReadonlyMap<string, tfc.Variable> {
    return this.recomputeBatchNorm ? net.graph.trainable : net.variables
  }

  #zerosLike(source: tfc.Variable): tfc.Variable {
    const { tf } = this.#engine
    return nonTrainable(tf, () => tf.zerosLike(source))
  }

  #copyOf(source: tfc.Variable): tfc.Variable {
    const copy = this.#zerosLike(source)
    this.#engine.write(copy, Float32Array.from(source.dataSync()))
    return copy
  }
}
