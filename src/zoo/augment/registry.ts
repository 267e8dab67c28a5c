import type { AugmentComponent } from '../define.ts'
import { augMix } from './aug-mix.ts'
import { autoAugment } from './auto-augment.ts'
import { averageBlur, gaussianBlur, medianBlur, motionBlur } from './blur.ts'
import { colorJitter, grayscale, hueSaturation } from './colour.ts'
import { combinations } from './combine.ts'
import { cropPad } from './crop-pad.ts'
import { cutout } from './cutout.ts'
import { coarseDropout, dropoutPixels } from './dropout.ts'
import { elastic } from './elastic.ts'
import { horizontalFlip, verticalFlip } from './flips.ts'
import { jpeg } from './jpeg.ts'
import { gaussianNoise, impulseNoise, saltAndPepper, shotNoise } from './noise.ts'
import { perspective } from './perspective.ts'
import { randAugment } from './rand-augment.ts'
import { randomAffine } from './random-affine.ts'
import { randomCrop } from './random-crop.ts'
import { randomErasing } from './random-erasing.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import { emboss, sharpen } from './sharpen.ts'
import { clahe, contrast, gamma } from './tone.ts'
import { trivialAugment } from './trivial-augment.ts'
import { fog, rain, snow } from './weather.ts'

const single = [
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
  gaussianNoise,
  shotNoise,
  saltAndPepper,
  impulseNoise,
  dropoutPixels,
  coarseDropout,
  contrast,
  gamma,
  clahe,
  hueSaturation,
  colorJitter,
  grayscale,
  cropPad,
  randomAffine,
  perspective,
  elastic,
  jpeg,
  fog,
  snow,
  rain,
] as readonly AugmentComponent[]

export const augments: readonly AugmentComponent[] = [
  ...single,
  ...combinations(single.filter(({ perView }) => !perView)),
]
