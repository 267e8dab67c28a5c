import type { ComponentSpec } from '../../job-spec/components.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { Convention } from '../../zoo/define.ts'
import type { Head } from '../net/heads.ts'
import type { ModelInput } from '../net/model-input.ts'
import type { EarlyStoppingState } from './early-stopping-state.ts'
import type { SearchProgress } from './search-progress.ts'

export type CheckpointKind = 'last' | 'best' | 'averaged'

/** How logits become probabilities: softmax(logits / temperature + classBias). */
export interface Calibration {
  temperature: number
  /** One value per class: the class frequencies that the probabilities suppose, as far as the logits leave them out. Absent: zeros. */
  classBias?: readonly number[]
}

/** How a model's classifier was changed after training. */
export interface Adjustment {
  name: string
  [option: string]: string | number
}

/** When a model answers “none of these”. */
export interface OpenSet {
  /** Calibrated probability of the most probable class under which an image is rejected. */
  threshold: number
  /** The class that was held out of training. */
  unknownClass?: string
}

/** How far a run has come. */
export interface Position {
  /** Optimiser steps of the whole run. */
  step: number
  /** Seconds of training, those before an interruption too. */
  seconds: number
  stage: number
  /** Steps of the current stage. */
  stageStep: number
  /** Epochs of the stages before. */
  epochsBefore: number
}

/** What a checkpoint says in addition to its tensors; a model can be used with nothing else. */
export interface CheckpointInfo extends Calibration {
  /** 2 where the calibration has a class bias, which readers of 1 would leave out. */
  formatVersion: 1 | 2
  kind: CheckpointKind
  /** Optimiser steps done. */
  step: number
  spec: ResolvedSpec
  specHash: string
  datasetHash: string
  classes: string[]
  image: ModelInput
  /** Padding and ε that came with pretrained weights; absent: torch's. */
  convention?: Convention
  /** The pretrained weights that training began with; absent in older checkpoints too. */
  pretrained?: { name: string; sha256: string; licence?: string }
  /** The classifier, where it is not a dense layer. */
  head?: Head
  /** What training multiplied in; absent in older checkpoints. */
  precision?: 'float32' | 'bfloat16'
  /** Training images a class. */
  classCounts?: number[]
  /** How the classifier was changed after training; absent: not at all. */
  adjustment?: Adjustment
  /** When the model answers “none of these”; absent: never. */
  openSet?: OpenSet
  /** The test-time augmentation that the spec asked for, and the calibration that was fitted with it. */
  testTime?: Calibration & { augmentation: ComponentSpec }
  metrics: Record<string, number>
  /** The best validation result so far, for resuming; with balanced accuracies where weights are chosen by them. */
  best: { accuracy: number; loss: number; balancedAccuracy?: number; reliableBalancedAccuracy?: number } | null
  /** How far the run had come, for resuming. */
  position?: Position
  /** Training images of each class that were taken so far. */
  seen?: number[]
  /** What early stopping has seen so far, for resuming. */
  earlyStopping?: EarlyStoppingState
  /** Of a policy search: how far it had come, for resuming. */
  search?: SearchProgress
}
