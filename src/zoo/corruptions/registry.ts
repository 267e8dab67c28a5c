import { defocusBlur, gaussianBlur, motionBlur } from './blur.ts'
import type { Corruption } from './define.ts'
import { contrast, jpeg, pixelate } from './digital.ts'
import { gaussianNoise, impulseNoise, shotNoise } from './noise.ts'
import { brightness, fog, snow } from './weather.ts'

/** In the order in which they are reported; new ones go to the end, as a place names a random stream. */
export const corruptions: readonly Corruption[] = [
  ...[gaussianNoise, shotNoise, impulseNoise],
  ...[defocusBlur, gaussianBlur, motionBlur],
  ...[snow, fog, brightness],
  ...[contrast, pixelate, jpeg],
]
