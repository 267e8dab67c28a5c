import { firstListed, type IngestReport } from '../../job-spec/ingest-report.ts'
import { printable } from '../text.ts'
import type { Comparison } from './compare-images.ts'

const MAX_LISTED_PER_GROUP = 20

/** What the comparison of images with each other found, as the report has it, with its warnings. */
export function comparisonReport(
  { duplicates, conflicts, leaks, tornGroups }: Comparison,
  classes: readonly string[],
): Pick<IngestReport, 'duplicates' | 'conflicts' | 'leakage' | 'nearDuplicates'> & { warnings: string[] } {
  const exact = leaks.filter(({ reason }) => reason === 'The image has the pixels of')
  const near = leaks.filter(({ reason }) => reason !== 'The image has the pixels of')
  const named = conflicts.map((group) => group.map(({ file, label }) => ({ file, class: classes[label] ?? '' })))
  return {
    duplicates: {
      count: duplicates.reduce((sum, group) => sum + group.length - 1, 0),
      groups: firstListed(duplicates).map((group) => group.slice(0, MAX_LISTED_PER_GROUP)),
    },
    conflicts: {
      count: named.length,
      groups: firstListed(named).map((group) => group.slice(0, MAX_LISTED_PER_GROUP)),
    },
    leakage: {
      count: exact.length,
      pairs: firstListed(exact).map(({ file, like, removed }) => ({ file, like, removed })),
    },
    nearDuplicates: {
      count: near.length,
      pairs: firstListed(near).map(({ file, like, removed }) => ({ file, like, removed })),
    },
    warnings: [...conflictWarnings(named), ...leakWarnings(exact), ...nearWarnings(near), ...groupWarnings(tornGroups)],
  }
}

const counted = (count: number, one: string, many: string): string => (count === 1 ? one : `${count} ${many}`)

function conflictWarnings(groups: readonly { file: string; class: string }[][]): string[] {
  const [first] = groups
  if (first === undefined) return []
  const [a] = first
  const b = first.find((image) => image.class !== a?.class)
  return [
    `${counted(groups.length, 'The same picture is', 'pictures are')} in more than one class${groups.length === 1 ? '' : ' each'}: ${say(a)} and ${say(b)} have equal pixels. They are kept; correct or remove the wrong ones.`,
  ]
}

const say = (image: { file: string; class: string } | undefined): string =>
  `${printable(image?.file ?? '', 80)} (${printable(image?.class ?? '', 40)})`

function leakWarnings(leaks: Comparison['leaks']): string[] {
  const [first] = leaks
  if (first === undefined) return []
  return [
    `${counted(leaks.length, 'An image was', 'images were')} in two splits and left the earlier one (training before val before test): ${printable(first.file, 80)} has the pixels of ${printable(first.like, 100)}.`,
  ]
}

function nearWarnings(near: Comparison['leaks']): string[] {
  const [first] = near
  if (first === undefined) return []
  const what = first.removed ? 'and left the earlier one' : 'and were kept'
  return [
    `${counted(near.length, 'An image looks', 'images look')} almost like one of another split ${what}: ${printable(first.file, 80)} and ${printable(first.like, 100)}.`,
  ]
}

function groupWarnings(torn: number): string[] {
  if (torn === 0) return []
  return [
    `${counted(torn, 'A group has', 'groups have')} images in more than one of the given splits, which were left as they are.`,
  ]
}
