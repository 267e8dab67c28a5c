import type { IngestReport } from '../../job-spec/ingest-report.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { SplitFindings } from '../splits/assign.ts'
import type { Leak } from '../splits/leaks.ts'
import { splitWarnings } from './split-warnings.ts'

/** Says what images are called; by their places in what was compared. */
export interface ImageNames {
  file(image: number): string
  className(image: number): string
  split(image: number): Split
}

/** What was found between images, by their paths. */
export type FoundBySplits = Pick<IngestReport, 'duplicates' | 'conflicts' | 'leaks' | 'nearDuplicates'>

/** What the comparison of images with each other found, as the report has it, with its warnings. */
export function comparisonReport(
  { duplicates, leaks, nearDuplicates, splitGroups }: SplitFindings,
  names: ImageNames,
): FoundBySplits & { warnings: string[] } {
  const pair = ({ index, other }: Leak): IngestReport['leaks']['pairs'][number] => ({
    file: names.file(index),
    split: names.split(index),
    other: names.file(other),
    otherSplit: names.split(other),
  })
  const found: FoundBySplits = {
    duplicates: { count: duplicates.count, groups: duplicates.groups.first.map((group) => group.map(names.file)) },
    conflicts: {
      count: duplicates.conflicts.count,
      groups: duplicates.conflicts.first.map((group) =>
        group.map((i) => ({ file: names.file(i), label: names.className(i) })),
      ),
    },
    leaks: { count: leaks.count, pairs: leaks.first.map(pair) },
    nearDuplicates: { count: nearDuplicates.count, pairs: nearDuplicates.first.map(pair) },
  }
  return { ...found, warnings: [...splitWarnings(found), ...dividedGroups(splitGroups)] }
}

function dividedGroups(count: number): string[] {
  if (count === 0) return []
  return [
    `The data set gives images of ${count} ${count === 1 ? 'group' : 'groups'} to several splits; they were left so.`,
  ]
}
