import type { AugmentComponent } from '../define.ts'
import { horizontalFlip, verticalFlip } from './flips.ts'
import { randomCrop } from './random-crop.ts'
import { randomResizedCrop } from './random-resized-crop.ts'

export const augments = [horizontalFlip, verticalFlip, randomCrop, randomResizedCrop] as readonly AugmentComponent[]
