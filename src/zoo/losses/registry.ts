import type { LossComponent } from '../define.ts'
import { crossEntropy } from './cross-entropy.ts'
import { focal } from './focal.ts'

export const losses = [crossEntropy, focal] as readonly LossComponent[]
