import type { CalibrationComponent } from '../define.ts'
import { none } from './none.ts'
import { temperature } from './temperature.ts'

export const calibrations = [none, temperature] as readonly CalibrationComponent[]
