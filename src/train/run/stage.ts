import { AppError } from '../../errors.ts'
import type { Loader } from '../../data/loader.ts'
import type { PixelSource } from '../../data/open.ts'
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
import { continues, type Head } from '../net/heads.ts'
import { buildNet, readValues, writeValues, type Net } from '../net/net.ts'
import { epochOrders, trainingLoader } from './batches.ts'
import { wholeLength, type RunLength } from './position.ts'
import { keepsNormStatistics, type WeightsOptions } from '../pretrained/starting-point.ts'
import { lossOf } from '../step/components.ts'
import { createTrainStep, type TrainStep } from '../step/step.ts'
import { loadTeacher } from '../step/teacher.ts'

/** A stage with its length. */
export interface PlannedStage {
  stage: Stage
  length: StageLength
}

/**
 * The stages of a run with their lengths.
 * @throws AppError `invalid_spec` where an epoch has less images than a batch
 */
export function planStages(spec: ResolvedSpec, dataset: PackedDataset): { stages: PlannedStage[]; whole: RunLength } {
  const stages = stagesOf(spec).map((stage): PlannedStage => {
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
  return { stages, whole: wholeLength(stages.map(({ length }) => length)) }
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
  pixels: PixelSource
  /** The model's input at the job's own size. */
  input: ModelInput
  convention: Convention | undefined
  weights: WeightsOptions | undefined
  loaderThreads: number
}

/** A stage that is ready to train. */
export interface OpenStage extends PlannedStage {
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

/** The classifier that a stage asks for. */
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
  planned: PlannedStage,
  { before, epochs, epochsBefore }: { before: OpenStage | undefined; epochs: () => number; epochsBefore: number },
): OpenStage {
  const { engine, dataset, pixels, convention } = context
  const { stage, length } = planned
  const { spec } = stage
  const { manifest } = dataset
  const input = { ...context.input, size: spec.image.size }
  const head = headOf(stage)
  const net = buildNet(engine, spec.model, {
    size: input.size,
    channels: input.channels,
    classes: manifest.classes.length,
    seed: spec.seed,
    convention,
    freezeNorms: keepsNormStatistics(spec),
    head,
  })
  startHead(engine, net, spec)
  if (before !== undefined) takeOver(engine, net, before, stage.head === 'reset' || !continues(before.head, head))
  const onFeatures = featuresStayTheSame(spec, net, manifest.counts.train)
  const { teacher } = spec.loss
  const trainStep = createTrainStep(engine, {
    spec,
    net,
    input,
    onFeatures,
    classes: manifest.classes.length,
    classCounts: manifest.classCounts.train,
    mixer: createMixer(engine, spec.mix, { input, seed: spec.seed }),
    teacher:
      typeof teacher === 'string' && lossOf(spec).component.teacher === true
        ? loadTeacher(engine, context.weights?.checkpoints?.[teacher] ?? teacher, { input, classes: manifest.classes })
        : undefined,
  })
  if (before !== undefined) takeOverOptimizer(engine, trainStep, net, before, spec)
  const evaluation = { dataset, pixels, batchSize: evaluationBatch(spec), input }
  const features = onFeatures ? createFeatureCache(engine, net, evaluation) : undefined
  const evaluator =
    features === undefined
      ? createEvaluator(engine, net.graph, evaluation)
      : headEvaluator(engine, net, features, evaluation)
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
      return trainingLoader(spec, dataset, {
        pixels,
        sampler,
        firstEpoch,
        startStep: stageStep,
        stepsPerEpoch: length.stepsPerEpoch,
        totalSteps: 'totalSteps' in length ? length.totalSteps : Infinity,
        threads: context.loaderThreads,
        input,
        views: lossOf(spec).component.views ?? 1,
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

/** The biases that a loss wants a new classifier to start from. */
function startHead(engine: Engine, net: Net, spec: ResolvedSpec): void {
  const { component, options } = lossOf(spec)
  for (const name of net.head) {
    const bias = name.endsWith('/bias') ? net.variables.get(name) : undefined
    const start = bias === undefined ? undefined : component.headBias?.(options, bias.size)
    if (bias !== undefined && start !== undefined) engine.write(bias, new Float32Array(bias.size).fill(start))
  }
}

/** The weights of the stage before; a classifier that starts anew keeps its own. */
function takeOver(engine: Engine, net: Net, before: OpenStage, newHead: boolean): void {
  const values = foldClassScales(readValues(before.net.variables))
  const taken = [...net.variables].filter(([name]) => !(net.head.has(name) && (newHead || name.endsWith(SCALE_SUFFIX))))
  writeValues(engine, new Map(taken), values)
}

/** The optimiser's state of the stage before, where the same optimiser goes on with the same weights. */
function takeOverOptimizer(
  engine: Engine,
  trainStep: TrainStep,
  net: Net,
  before: OpenStage,
  spec: ResolvedSpec,
): void {
  const names = (of: ReadonlyMap<string, unknown>): string => [...of.keys()].join()
  if (before.spec.optimizer.name !== spec.optimizer.name) return
  if (names(before.net.trained) !== names(net.trained)) return
  if (names(before.trainStep.state) !== names(trainStep.state)) return
  writeValues(engine, trainStep.state, readValues(before.trainStep.state))
}

const evaluationBatch = (spec: ResolvedSpec): number => Math.min(256, Math.max(32, spec.batchSize))
