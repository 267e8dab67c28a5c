import { findingBit } from '../packed/index-records.ts'
import type { SplitFindings } from '../splits/assign.ts'
import { NO_SPLIT, type ImageColumns } from '../splits/columns.ts'

const DUPLICATE = findingBit('duplicate')
const CONFLICT = findingBit('conflict')
const NEAR_DUPLICATE = findingBit('near-duplicate')

/** What was found of each image that stays, in comparison with the others: bits of `FINDINGS`. */
export function imageFindings(
  { count, label, split }: ImageColumns,
  { duplicates: { firstEqual }, isNear }: SplitFindings,
): Uint8Array {
  const findings = new Uint8Array(count)
  const firstStaying = new Int32Array(count).fill(-1)
  const conflicting = new Set<number>()
  for (let i = 0; i < count; i++) {
    if (split[i] === NO_SPLIT) continue
    if (isNear[i] === 1) findings[i]! |= NEAR_DUPLICATE
    const key = firstEqual[i] ?? -1
    const first = firstStaying[key] ?? -1
    if (key < 0) continue
    if (first < 0) {
      firstStaying[key] = i
      continue
    }
    findings[first]! |= DUPLICATE
    findings[i]! |= DUPLICATE
    if (label[first] !== label[i]) conflicting.add(key)
  }
  if (conflicting.size > 0)
    for (let i = 0; i < count; i++)
      if (split[i] !== NO_SPLIT && conflicting.has(firstEqual[i] ?? -1)) findings[i]! |= CONFLICT
  return findings
}
