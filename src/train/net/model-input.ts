import type { PixelRange } from '../../data/decoded-image.ts'
import type { Background } from '../../data/flatten.ts'

/** What a model takes: float32 [N, size, size, channels], (pixels/255 − mean)/std a channel. */
export interface ModelInput {
  size: number
  channels: number
  mean: number[]
  std: number[]
  /** What transparency is laid on; absent in older checkpoints: black. */
  background?: Background
  /** What deep images are scaled by; absent: the training images had 8 bits. */
  range?: PixelRange
  /** Shorter side to which the files of larger training images were shrunk, pixels; absent in older checkpoints: at their own size. */
  workingSize?: number
}
