import type { OpenSetComponent } from '../define.ts'
import { none } from './none.ts'
import { threshold } from './threshold.ts'

export const openSets = [none, threshold] as readonly OpenSetComponent[]
