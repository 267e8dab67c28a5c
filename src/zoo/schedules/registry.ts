import type { ScheduleComponent } from '../define.ts'
import { constant, cosine, cyclic, exponential, linear, oneCycle, step } from './schedules.ts'

export const schedules: readonly ScheduleComponent[] = [linear, cosine, step, exponential, constant, oneCycle, cyclic]
