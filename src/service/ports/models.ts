import type { Split } from '../../job-spec/splits.ts'
import type { PredictOptions, Prediction } from './predictions.ts'

/** A checkpoint as a file of this machine; the hash names its content. */
export interface ModelFile {
  path: string
  sha256: string
  /** Whose request it is: teams take turns. */
  team?: string
}

/** An image file with a name for messages, or a place in a packed data set. */
export type ImageSource = { path: string; name: string } | { packed: string; split: Split; index: number }

export interface ExportOptions {
  format: 'tfjs' | 'onnx' | 'safetensors'
  precision: 'float32' | 'float16' | 'uint8'
}

/** An export as one file. */
export interface ExportedFile {
  fileName: string
  contentType: string
  sizeBytes: number
  sha256: string
  /** What is in it. */
  files: { name: string; sizeBytes: number }[]
  /** Labels, preprocessing and temperature. */
  metadata: unknown
}

export type OutputListener = (stream: 'stdout' | 'stderr', chunk: Buffer) => void

/**
 * Checkpoints at work, somewhere where there is an engine. Every call fails with `unavailable`, retryable, when too many wait, it takes too
 * long, or the engine's process dies; with `checkpoint_invalid` for a file that is no checkpoint, `checkpoint_damaged` for one of another hash.
 */
export interface ModelRuntime {
  /** @throws AppError `image_undecodable`, `image_too_many_pixels`, `image_size_unsupported`, with a pointer to the image. */
  predict(model: ModelFile, images: readonly ImageSource[], options: PredictOptions): Promise<Prediction[]>
  /** Where an image supports a class, by default the most probable. @throws AppError `invalid_request` for an unknown class. */
  gradCam(model: ModelFile, image: ImageSource, label?: string): Promise<{ label: string; png: Buffer }>
  /** Writes the export to `path`, whose folder exists. @throws AppError `invalid_request` for a precision that the format lacks. */
  exportModel(model: ModelFile, options: ExportOptions & { path: string }): Promise<ExportedFile>
  /** Accuracy before and after on at most so many images of a packed data set's test split, else validation; undefined without either. */
  precisionCost(
    model: ModelFile,
    options: { precision: ExportOptions['precision']; packed: string; most: number },
  ): Promise<{ split: string; images: number; original: number; exported: number } | undefined>
  /** Gives what the engine's process prints from now on, for whichever call. @returns what ends that */
  listen(listener: OutputListener): () => void
  stop(): Promise<void>
}
