import type { AugmentComponent } from '../define.ts'
import { augMix } from './aug-mix.ts'
import { autoAugment } from './auto-augment.ts'
import { cutout } from './cutout.ts'
import { averageBlur, gaussianBlur, medianBlur, motionBlur } from './blur.ts'
import { horizontalFlip, verticalFlip } from './flips.ts'
import { randAugment } from './rand-augment.ts'
import { randomCrop } from './random-crop.ts'
import { randomErasing } from './random-erasing.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import { trivialAugment } from './trivial-augment.ts'
import { emboss, sharpen } from './sharpen.ts'

export const augments = [
  horizontalFlip,
  verticalFlip,
  randomCrop,
  randomResizedCrop,
  autoAugment,
  randAugment,
  trivialAugment,
  augMix,
  cutout,
  randomErasing,
  gaussianBlur,
  averageBlur,
  medianBlur,
  motionBlur,
  sharpen,
  emboss,
] as readonly AugmentComponent[]
