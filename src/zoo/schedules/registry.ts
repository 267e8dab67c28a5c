import type { ScheduleComponent } from '../define.ts'
import { constant } from './constant.ts'
import { cosine } from './cosine.ts'
import { cyclic } from './cyclic.ts'
import { exponential } from './exponential.ts'
import { linear } from './linear.ts'
import { oneCycle } from './one-cycle.ts'
import { step } from './step.ts'

export const schedules: readonly ScheduleComponent[] = [linear, cosine, step, exponential, constant, oneCycle, cyclic]
