import type { MixComponent } from '../define.ts'
import { cutmix, mixup, mixupCutmix, none } from './mix.ts'

export const mixes = [none, mixup, cutmix, mixupCutmix] as readonly MixComponent[]
