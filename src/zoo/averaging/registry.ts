import type { AveragingComponent } from '../define.ts'
import { ema } from './ema.ts'
import { none } from './none.ts'
import { swa } from './swa.ts'

export const averagings = [none, swa, ema] as readonly AveragingComponent[]
