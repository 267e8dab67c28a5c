import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { AppError } from '../../errors.ts'
import type { Engine } from '../../engine/engine.ts'
import { compileGraph } from '../../engine/graph/compile.ts'
import type { CompiledGraph } from '../../engine/graph/compiled-graph.ts'
import type { Tf } from '../../engine/tfjs.js'
import type { ComponentSpec } from '../../job-spec/components.ts'
import type { Convention, ModelContext } from '../../zoo/define.ts'
import { classifier } from '../../zoo/models/blocks.ts'
import { foldClassScales, unitClassScales } from '../../zoo/models/class-scale.ts'
import { models } from '../../zoo/models/registry.ts'
import { transferOf } from '../../zoo/models/transfer.ts'
import { withHead, type Head } from './heads.ts'

/** A model on an engine: the compiled graph and its variables, trainable ones and statistics together. */
export interface Net {
  graph: CompiledGraph
  /** The layers that make up the graph, with the logits as the one output. */
  layers: LayersModel
  variables: ReadonlyMap<string, tfc.Variable>
  /** Those that training moves: all but the frozen ones. */
  trained: ReadonlyMap<string, tfc.Variable>
  /** Factors of the learning rate, one a trained variable. */
  rateScale: readonly number[]
  /** Names of the variables of the classifiers. */
  head: ReadonlySet<string>
  /** Name of the layer whose kernel and bias make the logits. */
  classifier: string
  /** Name of the layer that keeps class centroids, where there is one. */
  centroidLayer?: string | undefined
  parameters: number
  /** Weight of the auxiliary head's loss; 0 without one. */
  auxiliaryWeight: number
  dispose(): void
}

export interface NetShape {
  size: number
  channels: number
  classes: number
  seed: number
  convention?: Convention | undefined
  /** Whether batch norms keep their statistics in training, in addition to those of frozen layers. */
  freezeNorms?: boolean
  head?: Head | undefined
  /** Whether weights that will be overwritten are zeros, which take no time to draw. */
  blank?: boolean
}

/**
 * Builds and compiles the model of a spec with its initial weights.
 * @throws AppError `invalid_spec` for a stage that the model does not have, `image_size_unsupported`
 */
export function buildNet(
  engine: Engine,
  { name, ...options }: ComponentSpec,
  { size, channels, classes, seed, convention, freezeNorms = false, head, blank = false }: NetShape,
): Net {
  const component = models.find((model) => model.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no model ${JSON.stringify(name)}.`)
  let seeds = 0
  const context: ModelContext = {
    tf: blank ? withZeros(engine.tf) : engine.tf,
    image: { height: size, width: size, channels },
    classes,
    nextSeed: () => ((seed + 1) * 7919 + ++seeds * 104_729) % 2_147_483_647,
    ...(convention === undefined ? {} : { convention }),
  }
  const { freeze, tap, layerDecay, headRate } = transferOf(options)
  const fullModel = component.build(options, context)
  const tapped = tap === '' ? fullModel : cutBehind(fullModel, tap, context)
  const { model, classifier: last, layers: own, frozen: fixed, centroidLayer } = withHead(tapped, head, context)
  const headLayers = new Set([...own, ...model.outputs.map((output) => output.sourceLayer.name)])
  const frozen = new Set([...frozenLayers(model, freeze, own), ...fixed])
  const graph = compileGraph(engine, model, {
    keepsStatistics: (layer) => freezeNorms || frozen.has(layer),
  })
  const layerOf = (variable: string): string => variable.slice(0, variable.lastIndexOf('/'))
  const variables = new Map([...graph.trainable, ...graph.statistics])
  const trained = new Map([...graph.trainable].filter(([variable]) => !frozen.has(layerOf(variable))))
  const [logits] = model.outputs
  return {
    layers:
      model.outputs.length === 1
        ? model
        : engine.tf.model({ inputs: model.inputs, outputs: logits!, name: model.name }),
    graph,
    variables,
    trained,
    rateScale: rateScales([...trained.keys()].map(layerOf), { layerDecay, headRate }, headLayers),
    head: new Set([...variables.keys()].filter((variable) => headLayers.has(layerOf(variable)))),
    classifier: last,
    centroidLayer,
    parameters: [...graph.trainable.values()].reduce((sum, variable) => sum + variable.size, 0),
    auxiliaryWeight: freeze === 'trunk' || model.outputs.length === 1 ? 0 : (component.auxiliaryWeight?.(options) ?? 0),
    dispose: () => {
      engine.tf.dispose([...variables.values()])
    },
  }
}

/** tfjs whose random initialisers give zeros. */
function withZeros(tf: Tf): Tf {
  const zeros = (): ReturnType<Tf['initializers']['zeros']> => tf.initializers.zeros()
  return { ...tf, initializers: { ...tf.initializers, randomNormal: zeros, randomUniform: zeros } }
}

/** The last layer of a stage: of those whose names begin with it. */
function stageEnd(model: LayersModel, stage: string, pointer: string): number {
  const names = model.layers.map((layer) => layer.name)
  const end = names.findLastIndex((name) => name === stage || name.startsWith(`${stage}.`))
  if (end >= 0) return end
  const stages = [...new Set(names.map(stageOf))]
  throw new AppError('invalid_spec', `${model.name} has no stage ${JSON.stringify(stage)}.`, {
    errors: [{ pointer, detail: `must be one of ${stages.join(', ')}, or a part of one` }],
  })
}

/** The model up to the end of a stage, with its own head. */
function cutBehind(model: LayersModel, stage: string, context: ModelContext): LayersModel {
  const features = model.layers[stageEnd(model, stage, '/model/tap')]?.output as SymbolicTensor
  const head = model.outputs[0]?.sourceLayer.name ?? 'classifier'
  const logits = classifier(context, features, head)
  return context.tf.model({ inputs: model.inputs, outputs: logits, name: model.name })
}

const stageOf = (layer: string): string => /^(?:features\.)?[^.]+/.exec(layer)?.[0] ?? layer

/** Rates that fall from the head to the image, a stage at a time. Source: Howard and Ruder 2018, §3.2, https://arxiv.org/abs/1801.06146. */
function rateScales(
  layers: readonly string[],
  { layerDecay, headRate }: { layerDecay: number; headRate: number },
  head: ReadonlySet<string>,
): number[] {
  const stages = [...new Set(layers.filter((layer) => !head.has(layer)).map(stageOf))]
  return layers.map((layer) =>
    head.has(layer) ? headRate : layerDecay ** (stages.length - 1 - stages.indexOf(stageOf(layer))),
  )
}

function frozenLayers(model: LayersModel, freeze: string, head: ReadonlySet<string>): Set<string> {
  if (freeze === 'none') return new Set()
  const names = model.layers.map((layer) => layer.name)
  if (freeze === 'trunk') return new Set(names.filter((name) => !head.has(name)))
  return new Set(names.slice(0, stageEnd(model, freeze, '/model/freeze') + 1))
}

/** A copy of every variable's values. */
export function readValues(variables: ReadonlyMap<string, tfc.Variable>): Map<string, Float32Array> {
  return new Map([...variables].map(([name, variable]) => [name, Float32Array.from(variable.dataSync())]))
}

/** A variable of the layer that keeps class centroids. */
export function centroidLayerPart(
  { centroidLayer = '', variables }: Pick<Net, 'centroidLayer' | 'variables'>,
  part: string,
): tfc.Variable {
  const variable = variables.get(`${centroidLayer}/${part}`)
  if (variable === undefined) throw new AppError('internal', `The net has no ${part} of a memory.`)
  return variable
}

/** Puts factors that trained into the classifier; the logits stay the same. */
export function foldScales(engine: Engine, { variables }: Pick<Net, 'variables'>): void {
  writeValues(engine, variables, new Map([...unitClassScales(variables), ...foldClassScales(readValues(variables))]))
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
