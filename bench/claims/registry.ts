import { augMix } from './aug-mix.ts'
import type { Claim } from './claim.ts'
import { longTail } from './long-tail.ts'
import { schedules } from './schedules.ts'
import { swa } from './swa.ts'
import { temperature } from './temperature.ts'

export const CLAIMS: readonly Claim[] = [schedules, longTail, temperature, swa, augMix]
