import type { AveragingComponent } from '../define.ts'
import { ema, none, swa } from './averaging.ts'

export const averagings = [none, swa, ema] as readonly AveragingComponent[]
