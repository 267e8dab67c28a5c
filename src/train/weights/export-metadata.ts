import type { PixelRange } from '../../data/decoded-image.ts'
import type { Background } from '../../data/flatten.ts'
import type { Convention } from '../../zoo/define.ts'

export const EXPORT_FORMAT = 'anneal-export'

/** What a client needs in addition to the graph: how to prepare an image, and how to read the answer. */
export interface ExportMetadata {
  format: typeof EXPORT_FORMAT
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
    /** What transparency is laid on; absent in older exports: black. */
    background?: Background
    /** Values of images of 16 bits or floating point that become 0 and 255; absent: the training images had 8 bits. */
    range?: PixelRange
    /** Files of larger images are shrunk until their shorter side is this, pixels; absent: not at all. */
    workingSize?: number
    /** The shorter side of a larger image is resized (bilinear, antialiased) to size/crop, then the centre is kept. */
    crop: number
    /** All of that in words; absent in older exports. */
    preparation?: string
  }
  /** Padding, ε and strides that the weights were made with; the graph has them, safetensors alone do not. */
  convention: Convention
  /** Divides the logits. */
  temperature: number
  /** Added to the logits over the temperature, one value per class; absent: nothing is added. */
  classBias?: readonly number[]
  /** How to use the two. */
  probabilities: string
  /** Where the largest probability after that is under it, the answer is none of the labels; absent: never. */
  threshold?: number
  weights: { precision: ExportPrecision; step: number; specHash: string }
}

export type ExportPrecision = 'float32' | 'float16' | 'uint8'
