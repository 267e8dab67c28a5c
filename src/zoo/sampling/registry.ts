import type { SamplingComponent } from '../define.ts'
import { classAware } from './class-aware.ts'
import { natural } from './natural.ts'
import { oversample } from './oversample.ts'
import { classBalanced, power, squareRoot } from './power.ts'
import { progressive } from './progressive.ts'
import { undersample } from './undersample.ts'

export const samplers = [
  ...[natural, oversample, undersample],
  ...[power, classBalanced, squareRoot, progressive],
  classAware,
] as readonly SamplingComponent[]
