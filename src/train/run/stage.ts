import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../errors.ts'
import type { Loader } from '../../data/loader.ts'
import { askInOrder } from '../../data/packed/arrival.ts'
import type { ImageSource } from '../../data/packed/image-source.ts'
import { shardsInOrder } from '../../data/packed/shard-order.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { stageLength, stagesOf, type Stage, type StageLength } from '../../job-spec/stages.ts'
import type { Convention } from '../../zoo/define.ts'
import { foldClassScales, SCALE_SUFFIX } from '../../zoo/models/class-scale.ts'
import { createEvaluator, type Evaluator } from '../evaluate/evaluator.ts'
import type { EvaluatorOptions } from '../evaluate/forward-pass.ts'
import type { ModelInput } from '../net/model-input.ts'
import { createFeatureCache, featuresStayTheSame, headEvaluator, type FeatureCache } from '../evaluate/features.ts'
import { createMixer } from '../step/mixer.ts'
import { sharesClassifier, type Head } from '../net/heads.ts'
import { buildNet, readValues, writeValues, type Net } from '../net/net.ts'
import { epochOrders, trainingLoader } from './batches.ts'
import { rankSlice } from './rank-slice.ts'
import { totalLength, type RunLength } from './position.ts'
import { keepsNormStatistics, type WeightsOptions } from '../pretrained/initial-weights.ts'
import { lossOf } from '../step/components.ts'
import { createTrainStep, type StepRank, type TrainStep } from '../step/step.ts'
import { loadTeacher } from '../step/teacher.ts'

/** A stage with its length. */
export interface StageWithLength {
  stage: Stage
  length: StageLength
}

/**
 * The stages of a run with their lengths.
 * @throws AppError `invalid_spec` where an epoch has less images than a batch
 */
export function stagesWithLengths(
  spec: ResolvedSpec,
  dataset: PackedDataset,
): { stages: StageWithLength[]; runLength: RunLength } {
  const stages = stagesOf(spec).map((stage): StageWithLength => {
    const { sampling, batchSize } = stage.spec
    const images = epochOrders(stage.spec, dataset)(0).length
    if (images < batchSize)
      throw new AppError(
        'invalid_spec',
        `An epoch of sampling ${sampling.name} has ${images} images, less than a batch of ${batchSize}.`,
        { errors: [{ pointer: '/batchSize', detail: `must be at most ${images} with this sampling` }] },
      )
    return { stage, length: stageLength(stage, images) }
  })
  return { stages, runLength: totalLength(stages.map(({ length }) => length)) }
}

/** Where stages have other sizes than the job, `auto` options are chosen by the job's in all of them. */
export function conventionOf(
  convention: Convention | undefined,
  { image, stages = [] }: ResolvedSpec,
): Convention | undefined {
  if (stages.every(({ size = image.size }) => size === image.size)) return convention
  return { padding: 'torch', ...convention, autoSide: convention?.autoSide ?? image.size }
}

/** What the stages of a run share. */
export interface StageContext {
  engine: Engine
  dataset: PackedDataset
  /** Images of a class that is held out of training. */
  unknown: PackedDataset | undefined
  pixels: ImageSource
  /** The model's input at the job's own size. */
  input: ModelInput
  convention: Convention | undefined
  weights: WeightsOptions | undefined
  loaderThreads: number
  /** Absent where the process trains alone. */
  rank?: StepRank | undefined
}

/** A stage that is ready to train. */
export interface OpenStage extends StageWithLength {
  spec: ResolvedSpec
  input: ModelInput
  convention: Convention | undefined
  head: Head | undefined
  net: Net
  trainStep: TrainStep
  evaluator: Evaluator
  evaluation: EvaluatorOptions
  /** Features of a frozen trunk, where they stay the same. */
  features: FeatureCache | undefined
  sampler: (epoch: number) => Int32Array
  /** Batches from a step of the stage on. */
  loader(from: { stageStep: number }): Promise<Loader>
  close(): void
}

/** The classifier of a stage. */
function headOf({ spec, head }: Stage): Head | undefined {
  if (head === 'scale') return { kind: 'scaled' }
  const { component, options } = lossOf(spec)
  const scale = component.headScale?.(options) ?? 1
  const memory = component.memory?.(options)
  if (memory !== undefined) return { kind: 'meta-embedding', scale, ...memory }
  return component.head === undefined ? undefined : { kind: 'cosine', scale }
}

/** Builds net, step, evaluator and loader of a stage, with the weights of the stage before. */
export function openStage(
  context: StageContext,
  { stage, length }: StageWithLength,
  { before, epochs, epochsBefore }: { before: OpenStage | undefined; epochs: () => number; epochsBefore: number },
): OpenStage {
  const { dataset, pixels, convention } = context
  const { spec } = stage
  const input = { ...context.input, size: spec.image.size }
  const { net, head } = openNet(context, stage, before)
  const onFeatures = featuresStayTheSame(spec, net, dataset.manifest.counts.train)
  const trainStep = openTrainStep(context, { spec, net, input, onFeatures, before })
  const evaluation = { dataset, pixels, batchSize: evaluationBatch(spec), input }
  const { features, evaluator } = openEvaluator(context.engine, net, evaluation, onFeatures)
  const firstEpoch = Math.ceil(epochsBefore)
  const sampler = epochOrders(spec, dataset, { firstEpoch, epochs })
  return {
    stage,
    length,
    spec,
    input,
    convention,
    head,
    net,
    trainStep,
    evaluator,
    evaluation,
    features,
    sampler,
    async loader({ stageStep }) {
      const { stepsPerEpoch } = length
      const rest = sampler(Math.floor(stageStep / stepsPerEpoch)).subarray((stageStep % stepsPerEpoch) * spec.batchSize)
      askInOrder(dataset.directory, () => shardsInOrder(dataset, 'train', rest))
      return trainingLoader(spec, dataset, {
        pixels,
        sampler,
        firstEpoch,
        startStep: stageStep,
        stepsPerEpoch,
        totalSteps: 'totalSteps' in length ? length.totalSteps : Infinity,
        threads: context.loaderThreads,
        input,
        views: lossOf(spec).component.views ?? 1,
        places: context.rank === undefined ? undefined : rankSlice(spec, context.rank),
        features: features === undefined ? undefined : { values: await features.of('train'), width: features.width },
      })
    },
    close() {
      trainStep.dispose()
      evaluator.dispose()
      net.dispose()
    },
  }
}

/** A stage's net: new, or with the weights of the stage before. */
function openNet(
  { engine, dataset, input, convention }: StageContext,
  stage: Stage,
  before: OpenStage | undefined,
): { net: Net; head: Head | undefined } {
  const { spec } = stage
  const head = headOf(stage)
  const net = buildNet(engine, spec.model, {
    size: spec.image.size,
    channels: input.channels,
    classes: dataset.manifest.classes.length,
    seed: spec.seed,
    convention,
    freezeNorms: keepsNormStatistics(spec),
    head,
  })
  initHeadBias(engine, net, spec)
  if (before !== undefined)
    carryOverWeights(engine, net, before, stage.head === 'reset' || !sharesClassifier(before.head, head))
  return { net, head }
}

interface TrainStepParts {
  spec: ResolvedSpec
  net: Net
  input: ModelInput
  onFeatures: boolean
  before: OpenStage | undefined
}

/** The step that trains a stage's net, with the optimiser's state of the stage before where it fits. */
function openTrainStep(
  { engine, dataset, weights, rank }: StageContext,
  { spec, net, input, onFeatures, before }: TrainStepParts,
): TrainStep {
  const { classes, classCounts } = dataset.manifest
  const { teacher } = spec.loss
  const trainStep = createTrainStep(engine, {
    spec,
    net,
    input,
    onFeatures,
    classes: classes.length,
    classCounts: classCounts.train,
    rank,
    mixer: createMixer(engine, spec.mix, { input, seed: spec.seed }),
    teacher:
      typeof teacher === 'string' && lossOf(spec).component.teacher === true
        ? loadTeacher(engine, weights?.checkpoints?.[teacher] ?? teacher, { input, classes })
        : undefined,
  })
  if (before !== undefined) carryOverOptimizer(engine, trainStep, net, before, spec)
  return trainStep
}

/** Evaluates a stage's net: by its head alone where the features stay the same. */
function openEvaluator(
  engine: Engine,
  net: Net,
  evaluation: EvaluatorOptions,
  onFeatures: boolean,
): Pick<OpenStage, 'features' | 'evaluator'> {
  if (!onFeatures) return { features: undefined, evaluator: createEvaluator(engine, net.graph, evaluation) }
  const features = createFeatureCache(engine, net, evaluation)
  return { features, evaluator: headEvaluator(engine, net, features, evaluation) }
}

/** Sets the initial biases of a new classifier, where the loss has any. */
function initHeadBias(engine: Engine, net: Net, spec: ResolvedSpec): void {
  const { component, options } = lossOf(spec)
  for (const name of net.head) {
    const bias = name.endsWith('/bias') ? net.variables.get(name) : undefined
    const start = bias === undefined ? undefined : component.headBias?.(options, bias.size)
    if (bias !== undefined && start !== undefined) engine.write(bias, new Float32Array(bias.size).fill(start))
  }
}

/** Loads the weights of the stage before; a re-initialised classifier keeps its own. */
function carryOverWeights(engine: Engine, net: Net, before: OpenStage, newHead: boolean): void {
  const values = foldClassScales(readValues(before.net.variables))
  const carried = [...net.variables].filter(
    ([name]) => !(net.head.has(name) && (newHead || name.endsWith(SCALE_SUFFIX))),
  )
  writeValues(engine, new Map(carried), values)
}

/** Loads the optimiser's state of the stage before, where the same optimiser trains the same weights. */
function carryOverOptimizer(
  engine: Engine,
  trainStep: TrainStep,
  net: Net,
  before: OpenStage,
  spec: ResolvedSpec,
): void {
  const sameNames = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean =>
    isDeepStrictEqual([...a.keys()], [...b.keys()])
  if (before.spec.optimizer.name !== spec.optimizer.name) return
  if (!sameNames(before.net.trained, net.trained) || !sameNames(before.trainStep.state, trainStep.state)) return
  writeValues(engine, trainStep.state, readValues(before.trainStep.state))
}

const evaluationBatch = (spec: ResolvedSpec): number => Math.min(256, Math.max(32, spec.batchSize))
