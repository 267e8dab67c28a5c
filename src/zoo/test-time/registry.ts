import { augmented } from './augmented.ts'
import type { TestTimeComponent } from './define.ts'
import { horizontalFlip } from './horizontal-flip.ts'
import { multiCrop } from './multi-crop.ts'
import { none } from './none.ts'

export const testTimes = [none, horizontalFlip, multiCrop, augmented] as readonly TestTimeComponent[]
