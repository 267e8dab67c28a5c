import type { RasterImage } from './raster-image.ts'
import type { Static, TObject, TProperties } from 'typebox'
import type { Tf } from '../engine/tfjs.js'
import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { FusedOps } from '../engine/engine.ts'
import type { ErrorDetail } from '../errors.ts'
import type { PixelOps } from './augment/pixel-ops.ts'

/**
 * What a job can be made of. Each component is one file with its options' schema and its code, and one line in the
 * registry of its folder; the spec's schema, OpenAPI and the docs are made from the registries. Components get tensors'
 * API as an argument, so that loading the zoo never loads an engine. (Types of tfjs are imported, never its code.)
 */
export interface Component<Options extends TProperties> {
  readonly name: string
  /** One sentence for the docs and `anneal models`. */
  readonly summary: string
  /** Without `name`; every field has a default (or is required), bounds, and a description with units. */
  readonly options: TObject<Options>
  /** What is wrong with options that are each within their bounds, with pointers within the component. */
  check?(options: Static<TObject<Options>>): ErrorDetail[]
}

export interface ImageShape {
  height: number
  width: number
  channels: number
}

/** A model: builds a tfjs layers-model from images [N, H, W, C] to logits [N, classes]. */
export interface ModelComponent<O extends TProperties = TProperties> extends Component<O> {
  /** Smallest image side the architecture can take with these options. */
  minimumSize(options: Static<TObject<O>>): number
  /** Image side a job should use when the spec does not say; the data's own side is `dataSide`. */
  defaultSize(options: Static<TObject<O>>, dataSide: number): number
  /** Options that shape the net, so that weights fit with the same ones only. */
  readonly shaping?: readonly (keyof O & string)[]
  /** Weight of the auxiliary head's loss in training; 0 or absent where there is none. */
  auxiliaryWeight?(options: Static<TObject<O>>): number
  /** Its first output is the logits, its second (where there is one) an auxiliary head's. Standard layers only (Conv2D, DepthwiseConv2D, BatchNormalization, ReLU/Activation, Add, Multiply, Concatenate, pooling, Dense, Dropout, ...). */
  build(options: Static<TObject<O>>, context: ModelContext): LayersModel
}

/** What belongs to the weights that a model is built for, and not to its architecture. */
export interface Convention {
  /** torch pads half a kernel on every side; TensorFlow's `same` puts the odd pixel behind, and its averages leave padding out. */
  padding: 'torch' | 'tensorflow'
  /** ε of every batch norm, where it is not the architecture's. */
  epsilon?: number
  /** Where a bottleneck has its stride: in its first convolution (ResNet version 1) instead of its 3×3 one (version 1.5). */
  bottleneckStride?: 'first'
  /** Image side by which `auto` options choose, where the weights were made for another side than the job's. */
  autoSide?: number
}

export interface ModelContext {
  /** torch's, with the architecture's ε, unless weights say otherwise. */
  convention?: Convention
  tf: Tf
  image: ImageShape
  classes: number
  /** Seeds of the initialisers: every call gives the next one. */
  nextSeed: () => number
}

/** Distance from the nearest class centroid at which features keep their length; auto: by the centroids. */
export type Reach = number | 'auto'

/** A loss: logits and target distributions → the batch's loss. */
export interface LossComponent<O extends TProperties = TProperties> extends Component<O> {
  /** Logits are [3N, K]: those of N clean images, then of two augmented views of each; targets stay [N, K]. */
  readonly views?: 3
  /** Options name a `teacher`, a checkpoint, whose logits of the same images come as `extras.teacher`. */
  readonly teacher?: true
  /**
   * The net ends in a cosine classifier: no bias, features and weights of unit length; logits are `headScale` times the cosines. With
   * `meta-embedding` features join a memory of class centroids first, as `memory` says, and the loss gets both as `extras.memory`.
   */
  readonly head?: 'cosine' | 'meta-embedding'
  /** Factor of the cosines; 1 where it is absent. */
  headScale?(options: Static<TObject<O>>): number
  /** Reach of a centroid over its distance, and whether the last maps get attention. */
  memory?(options: Static<TObject<O>>): { reach: Reach; attention: boolean }
  /** Value that the head's biases start from; 0 where it is absent. */
  headBias?(options: Static<TObject<O>>, classes: number): number
  /** Chooses its strategy once; the closure runs inside the captured step. targets: float32 [N, K], rows sum to 1. */
  create(options: Static<TObject<O>>, context: LossContext): LossFunction
}

export type LossFunction = (logits: tfc.Tensor2D, targets: tfc.Tensor2D, extras: LossExtras) => tfc.Scalar

/** What only some losses look at. */
export interface LossExtras {
  /** Logits of the teacher, float32 [N, K]; no gradient flows into them. */
  teacher?: tfc.Tensor2D
  /** Features that the head's memory reads, float32 [N, D], and its centroids, float32 [K, D]. */
  memory?: { features: tfc.Tensor2D; centroids: tfc.Tensor2D }
}

export interface LossContext {
  tf: Tf
  ops: FusedOps
  classes: number
  /** Training images a class. */
  classCounts: readonly number[]
  /** Fraction of the budget that is done, in [0, 1): a float32 scalar, rewritten before each run. */
  progress: tfc.Scalar
}

export interface ScheduleBudget {
  totalSteps: number
  /** For options that are given in epochs. */
  stepsPerEpoch: number
}

/** Learning rate (and momentum, where it moves too) at step `step` of `totalSteps`, from 0: pure functions. */
export interface ScheduleComponent<O extends TProperties = TProperties> extends Component<O> {
  create(options: Static<TObject<O>>, budget: ScheduleBudget): (step: number) => number
  momentum?(options: Static<TObject<O>>, budget: ScheduleBudget): ((step: number) => number) | undefined
}

/** An optimiser over all variables: a pair init/update whose state is named tensors that checkpoints save. */
export interface OptimizerComponent<O extends TProperties = TProperties> extends Component<O> {
  create(options: Static<TObject<O>>, context: OptimizerContext): Optimizer
}

export interface OptimizerContext {
  tf: Tf
  ops: FusedOps
  variables: readonly tfc.Variable[]
  /** Factors of the learning rate, one a variable. */
  rateScale?: readonly number[]
  learningRate: tfc.Scalar
  /** Number of this optimiser's step from 1, as a float32 scalar rewritten before each run. */
  step: tfc.Scalar
}

export interface Optimizer {
  /** State to save and restore, by a name that is stable across runs. */
  readonly state: ReadonlyMap<string, tfc.Variable>
  /** What a schedule of momentum rewrites before a run: momentum, or the decay of the first moments; a float32 scalar. */
  readonly momentum: tfc.Variable
  /** `scale` is a factor of all gradients. */
  update(gradients: tfc.Tensor[], scale?: tfc.Scalar): void
  dispose(): void
}

/** An augmentation on uint8 pixels; runs in loader threads. All randomness comes from `rng`. */
export interface AugmentComponent<O extends TProperties = TProperties> extends Component<O> {
  /** With a loss of three views: left out of the clean one, drawn again in each of the others. Other components do the same in all three. */
  readonly perView?: true
  /** The augmentations that its option `of` lists, each parsed as a separate component. */
  readonly parts?: readonly AugmentComponent[]
  create(options: Static<TObject<O>>, context: AugmentContext): (image: RasterImage, rng: Rng) => RasterImage
}

export interface AugmentContext {
  /** Side of the model's input, pixels. */
  size: number
  ops: PixelOps
}

/** Order of training indices for an epoch. */
export interface SamplingComponent<O extends TProperties = TProperties> extends Component<O> {
  create(
    options: Static<TObject<O>>,
    context: { labels: Int32Array; classes: number },
  ): (epoch: { index: number; total: number }, rng: Rng) => Int32Array
}

/** How one batch is mixed: its own share λ of the targets, and of every pixel outside `box`; inside it the other image's pixels. */
export interface MixDraw {
  lambda: number
  box?: { x: number; y: number; width: number; height: number }
}

/** Mixes the images of a batch, on the device. Without `create` nothing is mixed. */
export interface MixComponent<O extends TProperties = TProperties> extends Component<O> {
  create?(options: Static<TObject<O>>): (rng: Rng, image: { width: number; height: number }) => MixDraw
}

/** Weight averaging: the weight with which the current values enter the average after a step; 0 leaves it as it is. */
export interface AveragingComponent<O extends TProperties = TProperties> extends Component<O> {
  /** Whether batch-norm statistics must be recomputed for the averaged weights. */
  readonly recomputeBatchNorm: boolean
  create(options: Static<TObject<O>>, budget: { totalSteps: number; stepsPerEpoch: number }): (step: number) => number
}

/** The last layer of a net: logits from features. */
export interface Classifier {
  /** float32 [width, classes]. */
  kernel: Float32Array
  /** float32 [classes], added to the logits. */
  bias: Float32Array
}

/** A change of a trained classifier, before calibration. Without `create` nothing is changed. */
export interface AdjustmentComponent<O extends TProperties = TProperties> extends Component<O> {
  /** Whether logits must be features · kernel + bias; else the bias alone is changed. */
  readonly dense?: true
  /** Whether these options need validation images. */
  validation?(options: Static<TObject<O>>): boolean
  create?(
    options: Static<TObject<O>>,
  ): (
    classifier: Classifier,
    context: AdjustmentContext,
  ) => Promise<{ classifier: Classifier; chosen: Record<string, number> }>
}

export interface AdjustmentContext {
  /** Training images a class. */
  classCounts: readonly number[]
  /** Mean recall over the classes on validation images, those of few images counting less; absent where there are none. */
  balancedAccuracy?: (classifier: Classifier) => Promise<number>
}

/** Largest calibrated probabilities of images, by which they are rejected. */
export interface OpenSetScores {
  /** Of images of known classes. */
  known: Float64Array
  /** 1 where the most probable class of such an image is its own. */
  correct: Uint8Array
  /** Of images of other classes; empty where there are none. */
  unknown: Float64Array
}

/** When a model answers “none of these”. Without `create` it never does. */
export interface OpenSetComponent<O extends TProperties = TProperties> extends Component<O> {
  /** Chooses the probability under which an image is rejected, on validation images. */
  create?(options: Static<TObject<O>>): (validation: OpenSetScores) => number
}

/** The class frequencies that probabilities suppose. */
export type CalibrationPrior = 'data' | 'uniform'

/** How logits become probabilities. Without `prior` nothing is fitted. */
export interface CalibrationComponent<O extends TProperties = TProperties> extends Component<O> {
  prior?(options: Static<TObject<O>>): CalibrationPrior
}

/** Counter-based generator; a stream is named by (seed, ...path), so results do not depend on threads or order. */
export interface Rng {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Uniform integer in [0, below). */
  integer(below: number): number
  normal(): number
}
