import type { OptimizerComponent } from '../define.ts'
import { adam, adamw } from './adam.ts'
import { lamb } from './lamb.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

export const optimizers = [sgd, adam, adamw, rmsprop, lamb] as readonly OptimizerComponent[]
