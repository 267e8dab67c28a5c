import type { GroupOptions, OpenedGroup } from './distributed/collective.ts'
import type { Tf } from './tfjs.js'
import type * as tfc from '@tensorflow/tfjs-core'

/** What a training process computes with: tfjs on one backend, plus the fused operations that training needs. */
export interface Engine {
  readonly name: 'torch' | 'tensorflow' | 'cpu'
  readonly device: { type: 'cpu' | 'cuda'; name: string }
  readonly threads: number
  /** Version of the library underneath, e.g. `libtorch 1.13.1`. */
  readonly version: string
  readonly supportsBfloat16: boolean
  /** Whether the device multiplies bfloat16 faster than float32. */
  readonly prefersBfloat16: boolean
  /** tfjs-core and tfjs-layers (as `tf.layers`, `tf.model`, `tf.input`, ...), one instance in the process. */
  readonly tf: Tf
  readonly ops: FusedOps
  /** Computes with so many CPU threads from now on, where the engine can be told. */
  setThreads?(threads: number): void
  /** Announces this process to those that train with it; absent where the engine trains alone. */
  openGroup?(options: GroupOptions): OpenedGroup
  /** The precision of convolutions, matrix products and activations from now on; weights and statistics stay float32. */
  setPrecision(precision: 'float32' | 'bfloat16'): void
  /**
   * Runs `step` once and returns a function that runs it again: natively, with no JavaScript, where the backend can.
   * `step` must read what changes from one run to the next (images, labels, learning rate, dropout seed) from variables that
   * were made outside it and are rewritten with `write*`, and must return the tensors to keep: `outputs` always
   * holds the newest run's values. Every other tensor made inside is disposed at the end of each run.
   */
  capture(step: () => tfc.Tensor[]): CapturedStep
  /** Overwrites a variable's values; whatever was captured over it sees the new ones. */
  write(target: tfc.Variable, values: Float32Array | Int32Array): void
  /** Overwrites float32 [N, H, W, C] with (pixels/255 − mean)/std per channel; `pixels` is NHWC uint8. */
  writeImages(
    target: tfc.Variable,
    pixels: Uint8Array,
    normalisation: { mean: readonly number[]; std: readonly number[] },
  ): void
  memory(): EngineMemory
  /** Milliseconds and calls by native kernel while `run` ran; empty where the backend does not measure them. */
  profile(run: () => void): { kernel: string; calls: number; milliseconds: number }[]
  /** How often a kernel without a native implementation ran in JavaScript, by kernel name, since the last reset. */
  fallbacks(): Readonly<Record<string, number>>
  resetFallbacks(): void
  dispose(): void
}

export interface CapturedStep {
  readonly outputs: readonly tfc.Tensor[]
  run(): void
  dispose(): void
}

export interface EngineMemory {
  numTensors: number
  numBytes: number
  nativeTensors: number
  nativeBytes: number
  /** Resident set high-water mark of the process. */
  peakBytes: number
}

export type Activation = 'linear' | 'relu' | 'relu6' | 'silu'

/**
 * Operations that the native backend runs as one kernel with its own gradient. On every other backend the same
 * functions are composites of plain tfjs ops (`composites/`), which are also the reference in tests.
 */
export interface FusedOps {
  /**
   * Training-mode batch normalisation + optional residual add + activation: act(γ(x−μ)/√(σ²+ε)+β [+ residual]).
   * Normalises with the biased batch variance; moving ← moving + (1−momentum)(batch − moving), the variance unbiased
   * (torch). SiLU takes no residual. `momentum` is Keras' (0.9 equals torch's 0.1). A momentum tensor (float32 scalar) is read at run time.
   * Shapes: float32 [N, H, W, C] or [N, C]; γ, β, moving* [C] → like x.
   */
  batchNormAct(args: BatchNormActArgs): tfc.Tensor
  /**
   * Inference-mode: the same with the moving statistics, as one affine pass. Differentiable in x, γ, β (frozen BN), unless it
   * `overwritesX`, which nothing may read afterwards: the result then takes its memory, with the same bits.
   */
  batchNormActInference(args: Omit<BatchNormActArgs, 'momentum'> & { overwritesX?: boolean }): tfc.Tensor
  /** Mean over height and width: float32 [N, H, W, C] → [N, C]. */
  globalAveragePool(x: tfc.Tensor4D): tfc.Tensor2D
  /** Means over windows of a map with `padding` zeros on every side, which count: float32 [N, H, W, C] → [N, H', W', C]. */
  paddedAveragePool(x: tfc.Tensor4D, window: PoolWindow): tfc.Tensor4D
  /** Each channel of each image times its gate: float32 [N, H, W, C], [N, 1, 1, C] → like x. */
  channelScale(x: tfc.Tensor4D, gate: tfc.Tensor4D): tfc.Tensor4D
  /** −Σ_k labels·log softmax(logits): float32 [N, K], [N, K] → [N]. Labels are any non-negative weights, not only one-hot. */
  softmaxCrossEntropy(logits: tfc.Tensor2D, labels: tfc.Tensor2D): tfc.Tensor1D
  /**
   * Inverted dropout whose mask is a pure function of (seed, element index): `seed` is int32 [2], rewritten between runs.
   */
  dropout(x: tfc.Tensor, rate: number, seed: tfc.Tensor1D): tfc.Tensor
  /** One SGD step as in torch over all variables, in place. Buffers start at 0, and dampening from the second step on, so that the first sets buf = g. */
  sgdStep(args: SgdStepArgs): void
  /** One Adam (coupled decay) or AdamW (decoupled) step as in torch over all variables, in place. */
  adamStep(args: AdamStepArgs): void
  /** One RMSProp step as in torch over all variables, in place. */
  rmspropStep(args: RmspropStepArgs): void
  /** One LAMB step over all variables, in place: w −= lr·(‖w‖/‖r‖)·r, r = m̂/(√v̂ + ε) + decay·w; the ratio is 1 where a norm is 0. */
  lambStep(args: LambStepArgs): void
  /** sums ← keep·sums + scale·gradients, in place; `keep` is 0 or 1, a float32 scalar read at run time. */
  accumulate(args: AccumulateArgs): void
  /** min(1, maxNorm/(norm + 1e-6)), norm being that of all gradients together (torch's clip_grad_norm_): → float32 []. */
  clipCoefficient(gradients: tfc.Tensor[], maxNorm: number): tfc.Scalar
  /** average ← average + (value − average)·weight, for every pair, in place; weight is a float32 scalar read at run time. */
  averageStep(averages: tfc.Variable[], values: tfc.Variable[], weight: tfc.Scalar): void
}

/** Height and width of each; the padding at most half a kernel. */
export interface PoolWindow {
  kernel: readonly [number, number]
  strides: readonly [number, number]
  padding: readonly [number, number]
}

export interface BatchNormActArgs {
  x: tfc.Tensor
  gamma: tfc.Tensor1D
  beta: tfc.Tensor1D
  movingMean: tfc.Variable
  movingVariance: tfc.Variable
  momentum: number | tfc.Scalar
  epsilon: number
  activation: Activation
  residual?: tfc.Tensor
  /** Whether the statistics are those of the batches of all processes that train together. */
  acrossRanks?: boolean | undefined
}

/** What every optimiser's step has. */
export interface UpdateArgs {
  variables: tfc.Variable[]
  gradients: tfc.Tensor[]
  learningRate: tfc.Scalar
  /** One value a variable: 0 where decay does not apply. */
  weightDecay: readonly number[]
  /** Factors of the learning rate, one a variable; absent: all 1. */
  rateScale?: readonly number[]
  /** Factor of all gradients, a float32 scalar read at run time; absent: 1. */
  gradientScale?: tfc.Scalar
}

export interface SgdStepArgs extends UpdateArgs {
  buffers: tfc.Variable[]
  momentum: tfc.Scalar
  nesterov: boolean
  /** Fraction of a gradient that buffers leave out, except in the first step; `step` is a float32 scalar, the number of this step from 1. */
  dampening?: { fraction: number; step: tfc.Scalar }
}

export interface AdamStepArgs extends UpdateArgs {
  firstMoments: tfc.Variable[]
  secondMoments: tfc.Variable[]
  /** float32 scalar, the number of this step from 1; read at run time for bias correction. */
  step: tfc.Scalar
  /** float32 scalar, read at run time. */
  beta1: tfc.Scalar
  beta2: number
  epsilon: number
  decoupled: boolean
}

export interface RmspropStepArgs extends UpdateArgs {
  squares: tfc.Variable[]
  buffers: tfc.Variable[]
  /** Means of the gradients, where they are taken from the squares (centred). */
  means?: tfc.Variable[]
  momentum: tfc.Scalar
  alpha: number
  epsilon: number
}

export interface LambStepArgs extends Omit<AdamStepArgs, 'decoupled'> {
  /** Whether each variable has a trust ratio. */
  adapts: readonly boolean[]
}

export interface AccumulateArgs {
  sums: tfc.Variable[]
  gradients: tfc.Tensor[]
  scale: number
  keep: tfc.Scalar
}

export interface EngineOptions {
  /** `auto` takes the best that loads: torch, then tensorflow; `cpu` (tfjs' own) only by name. */
  engine: 'auto' | 'torch' | 'tensorflow' | 'cpu'
  /** CPU threads; 0 means one a core. */
  threads: number
}
