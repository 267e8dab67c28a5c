/** The API's resources, as far as the page shows them. */
export interface JobRow {
  id: string
  name: string
  dataset: string
  sweep: string | null
  state: string
  spec: unknown
  accuracy: number | null
  attempt: number
  createdAt: string
  reason: { code: string; detail: string } | null
  progress: {
    step: number
    totalSteps: number
    epoch: number
    epochs: number
    imagesPerSecond: number
    secondsLeft: number
    loss: number
    accuracy: number
    valAccuracy: number | null
  } | null
}

export interface DatasetRow {
  id: string
  name: string
  state: string
}

export interface PolicySummaryRow {
  name: string
  job: string | null
  search: { method: string; baseline: number | null; found: number | null } | null
  createdAt: string
}

interface PolicyStepRow {
  op: string
  probability: number
  magnitude?: number
}

export interface PolicyRow extends PolicySummaryRow {
  policy: PolicyStepRow[][] | { numOps: number; magnitude: number }
}

export interface SweepSummaryRow {
  id: string
  name: string
  kind: string
  state: string
  objective: { metric: string }
  counts: { trials: number; ended: number }
  best: { number: number; value: number } | null
  reason: { code: string; detail: string } | null
  createdAt: string
}

export interface TrialRow {
  number: number
  job: string
  state: string
  parameters: Record<string, unknown>
  /** Share of the budget. */
  done: number
  value: number | null
  accuracy: number | null
  reason: { detail: string } | null
}

export interface SweepRow extends SweepSummaryRow {
  spec: unknown
  rungs: number[]
  trials: TrialRow[]
  /** Of a range test its suggestion, of a policy search its policy. */
  result: { suggestion: Record<'base' | 'steepest' | 'maximum', number> | null } | { policy: unknown } | null
}

export interface TransitionRow {
  from: string | null
  to: string
  reason: { detail: string } | null
  at: string
}

export interface CheckpointRow {
  id: string
  kind: string
  step: number
  sizeBytes: number
}

export interface ArtifactRow {
  kind: string
  fileName: string
}

export interface ReportRow {
  accuracy: number
  /** Reports of older versions have none. */
  intervals?: { accuracy: number[] }
  split: string
  images: number
  top5: number
  macroF1: number
  ece: number
  eceUncalibrated: number
  temperature: number
  calibrationNote?: string
  calibration?: { applied: string; prior: string }
  classes: { name: string; images: number; precision: number | null; recall: number | null; f1: number | null }[]
  confusion: number[][]
  /** Kind of the checkpoint that was evaluated. */
  weights: string
  worst: { file: string; index: number; label: string; predicted: string; confidence: number }[]
}

interface ComparedRun {
  id: string
  name: string
  accuracy: number
  interval: [number, number]
  nll: number
}

interface Change {
  value: number
  interval: [number, number]
}

export interface ComparisonRow {
  split: string
  images: number
  level: number
  resamples: number
  a: ComparedRun
  b: ComparedRun
  accuracy: Change
  nll: Change
  mcnemar: Record<'bothRight' | 'onlyA' | 'onlyB' | 'bothWrong' | 'exact' | 'midP', number>
  classes: {
    name: string
    images: number
    recallA: number | null
    recallB: number | null
    onlyA: number
    onlyB: number
    midP: number
  }[]
  spec: { pointer: string; a?: unknown; b?: unknown }[]
  differing: DifferingRow[]
}

interface AnswerRow {
  predicted: string
  confidence: number
}

/** An image that one of two runs alone has right. */
export interface DifferingRow {
  right: 'a' | 'b'
  file: string | null
  place: number | null
  label: string
  a: AnswerRow
  b: AnswerRow
}
