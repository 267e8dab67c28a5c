import type { CheckpointInfo } from '../checkpoint.ts'

/** What a client needs beside the graph: how to prepare an image, and how to read the answer. */
export interface ExportMetadata {
  format: 'anneal-export'
  formatVersion: 1
  model: string
  labels: string[]
  input: {
    /** Side of the square input, pixels. */
    size: number
    channels: number
    /** Taken from pixels/255, and divided by, a channel. */
    mean: number[]
    std: number[]
    /** An image's shorter side is resized (bilinear, antialiased) to size/crop, then the centre is kept. */
    crop: number
  }
  /** Divides the logits before the softmax. */
  temperature: number
  weights: { precision: ExportPrecision; step: number; specHash: string }
}

export type ExportPrecision = 'float32' | 'float16' | 'uint8'

const CENTER_CROP = 0.875

export function exportMetadata(
  { classes, image, temperature, step, spec, specHash }: CheckpointInfo,
  precision: ExportPrecision,
): ExportMetadata {
  return {
    ...{ format: 'anneal-export', formatVersion: 1, model: spec.model.name, labels: classes },
    input: { ...image, crop: CENTER_CROP },
    ...{ temperature, weights: { precision, step, specHash } },
  }
}
