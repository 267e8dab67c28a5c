import type { AugmentComponent } from '../define.ts'
import { averageBlur, gaussianBlur, medianBlur, motionBlur } from './blur.ts'
import { horizontalFlip, verticalFlip } from './flips.ts'
import { randomCrop } from './random-crop.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import { emboss, sharpen } from './sharpen.ts'

export const augments = [
  horizontalFlip,
  verticalFlip,
  randomCrop,
  randomResizedCrop,
  gaussianBlur,
  averageBlur,
  medianBlur,
  motionBlur,
  sharpen,
  emboss,
] as readonly AugmentComponent[]
