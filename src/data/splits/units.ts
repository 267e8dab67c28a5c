import { NO_SPLIT, type ImageColumns } from './columns.ts'
import type { Duplicates } from './duplicates.ts'
import { Union } from './union.ts'

/** Sets of images that stay together: equal ones, those of a group and those that are nearly equal. */
export function unitsOf({ count, group, split }: ImageColumns, { firstEqual }: Duplicates, near?: Union): Union {
  const units = near ?? new Union(count)
  const firstOfGroup = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    if (split[i] === NO_SPLIT) continue
    const [equal = -1, of = -1] = [firstEqual[i], group[i]]
    if (equal >= 0) units.join(equal, i)
    if (of < 0) continue
    const first = firstOfGroup.get(of)
    if (first === undefined) firstOfGroup.set(of, i)
    else units.join(first, i)
  }
  return units
}
