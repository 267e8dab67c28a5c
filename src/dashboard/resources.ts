/** The API's resources, as far as the page shows them. */
export interface JobRow {
  id: string
  name: string
  dataset: string
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
  classes: { name: string; images: number; precision: number | null; recall: number | null; f1: number | null }[]
  confusion: number[][]
  /** Kind of the checkpoint that was evaluated. */
  weights: string
  worst: { file: string; index: number; label: string; predicted: string; confidence: number }[]
}
