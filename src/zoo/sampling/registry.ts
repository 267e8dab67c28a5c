import type { SamplingComponent } from '../define.ts'
import { classBalanced, natural, oversample, squareRoot, undersample } from './samplers.ts'

export const samplers: readonly SamplingComponent[] = [natural, oversample, undersample, classBalanced, squareRoot]
