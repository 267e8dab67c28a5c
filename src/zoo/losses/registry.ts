import type { LossComponent } from '../define.ts'
import { balancedSoftmax } from './balanced-softmax.ts'
import { binaryCrossEntropy } from './binary-cross-entropy.ts'
import { classBalanced } from './class-balanced.ts'
import { crossEntropy } from './cross-entropy.ts'
import { distillation } from './distillation.ts'
import { focal } from './focal.ts'
import { jsd } from './jsd.ts'
import { ldam } from './ldam.ts'
import { logitAdjusted } from './logit-adjusted.ts'
import { oltr } from './oltr.ts'
import { sigmoidFocal } from './sigmoid-focal.ts'

export const losses = [
  ...[crossEntropy, focal, sigmoidFocal, binaryCrossEntropy],
  ...[classBalanced, ldam, balancedSoftmax, logitAdjusted],
  ...[jsd, distillation, oltr],
] as readonly LossComponent[]
