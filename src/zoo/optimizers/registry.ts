import type { OptimizerComponent } from '../define.ts'
import { adam, adamw } from './adam.ts'
import { sgd } from './sgd.ts'

export const optimizers = [sgd, adam, adamw] as readonly OptimizerComponent[]
