import type { AdjustmentComponent } from '../define.ts'
import { logitAdjustment } from './logit-adjustment.ts'
import { none } from './none.ts'
import { tauNorm } from './tau-norm.ts'

export const adjustments = [none, logitAdjustment, tauNorm] as readonly AdjustmentComponent[]
