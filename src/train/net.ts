import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../errors.ts'
import type { Engine } from '../engine/engine.ts'
import { compileGraph, type CompiledGraph } from '../engine/graph/compile.ts'
import type { ComponentSpec } from '../spec/components.ts'
import { models } from '../zoo/models/registry.ts'

/** A model on an engine: the compiled graph and its variables, trainable ones and statistics together. */
export interface Net {
  graph: CompiledGraph
  variables: ReadonlyMap<string, tfc.Variable>
  parameters: number
  /** Weight of the auxiliary head's loss; 0 without one. */
  auxiliaryWeight: number
}

export interface NetShape {
  size: number
  channels: number
  classes: number
  seed: number
}

/** Builds and compiles the model of a spec with its initial weights. */
export function buildNet(
  engine: Engine,
  { name, ...options }: ComponentSpec,
  { size, channels, classes, seed }: NetShape,
): Net {
  const component = models.find((model) => model.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no model ${JSON.stringify(name)}.`)
  let seeds = 0
  const nextSeed = (): number => ((seed + 1) * 7919 + ++seeds * 104_729) % 2_147_483_647
  const model = component.build(options, {
    tf: engine.tf,
    image: { height: size, width: size, channels },
    classes,
    nextSeed,
  })
  const graph = compileGraph(engine, model)
  const parameters = [...graph.trainable.values()].reduce((sum, variable) => sum + variable.size, 0)
  const variables = new Map([...graph.trainable, ...graph.statistics])
  return { graph, variables, parameters, auxiliaryWeight: component.auxiliaryWeight?.(options) ?? 0 }
}

/** A copy of every variable's values. */
export function readValues(variables: ReadonlyMap<string, tfc.Variable>): Map<string, Float32Array> {
  return new Map([...variables].map(([name, variable]) => [name, Float32Array.from(variable.dataSync())]))
}

/** Overwrites variables by name. @throws AppError `checkpoint_invalid` when one is missing or of another size. */
export function writeValues(
  engine: Engine,
  variables: ReadonlyMap<string, tfc.Variable>,
  values: ReadonlyMap<string, Float32Array>,
): void {
  for (const [name, variable] of variables) {
    const found = values.get(name)
    if (found?.length !== variable.size)
      throw new AppError(
        'checkpoint_invalid',
        `The checkpoint has ${found === undefined ? 'no' : `${found.length} values of`} ${name}; ${variable.size} are expected.`,
      )
    engine.write(variable, found)
  }
}
