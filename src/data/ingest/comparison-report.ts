import { firstListed, type IngestReport } from '../../job-spec/ingest-report.ts'
import { printable } from '../text.ts'
import type { Comparison, ReportedLeak } from './compare-images.ts'

const MAX_LISTED_PER_GROUP = 20

/** Says what images are called; by their places in what was compared. */
export interface ImageNames {
  file(image: number): string
  className(image: number): string
  split(image: number): string
}

/** What the comparison of images with each other found, as the report has it, with its warnings. */
export function comparisonReport(
  { duplicates, conflicts, leaks, tornGroups }: Comparison,
  names: ImageNames,
): Pick<IngestReport, 'duplicates' | 'conflicts' | 'leakage' | 'nearDuplicates'> & { warnings: string[] } {
  const isExact = ({ reason }: ReportedLeak): boolean => reason === 'The image has the pixels of'
  const exact = leaksReport(leaks.filter(isExact), names)
  const near = leaksReport(
    leaks.filter((leak) => !isExact(leak)),
    names,
  )
  const listed = (groups: readonly number[][]): number[][] =>
    firstListed(groups).map((group) => group.slice(0, MAX_LISTED_PER_GROUP))
  const named = listed(conflicts).map((group) =>
    group.map((image) => ({ file: names.file(image), class: names.className(image) })),
  )
  return {
    duplicates: {
      count: duplicates.reduce((sum, group) => sum + group.length - 1, 0),
      groups: listed(duplicates).map((group) => group.map((image) => names.file(image))),
    },
    conflicts: { count: conflicts.length, groups: named },
    leakage: exact,
    nearDuplicates: near,
    warnings: [
      ...conflictWarnings(conflicts.length, named),
      ...leakWarnings(exact),
      ...nearWarnings(near),
      ...groupWarnings(tornGroups),
    ],
  }
}

const counted = (count: number, one: string, many: string): string => (count === 1 ? one : `${count} ${many}`)

type Leaks = IngestReport['leakage']

function leaksReport(leaks: readonly ReportedLeak[], names: ImageNames): Leaks {
  return {
    count: leaks.length,
    pairs: firstListed(leaks).map(({ image, of, removed }) => ({
      file: names.file(image),
      like: `${names.file(of)} (${names.split(of)})`,
      removed,
    })),
  }
}

function conflictWarnings(count: number, groups: readonly { file: string; class: string }[][]): string[] {
  const [first] = groups
  if (first === undefined) return []
  const [a] = first
  const b = first.find((image) => image.class !== a?.class)
  return [
    `${counted(count, 'The same picture is', 'pictures are')} in more than one class${count === 1 ? '' : ' each'}: ${say(a)} and ${say(b)} have equal pixels. They are kept; correct or remove the wrong ones.`,
  ]
}

const say = (image: { file: string; class: string } | undefined): string =>
  `${printable(image?.file ?? '', 80)} (${printable(image?.class ?? '', 40)})`

function leakWarnings({ count, pairs: [first] }: Leaks): string[] {
  if (first === undefined) return []
  return [
    `${counted(count, 'An image was', 'images were')} in two splits and left the earlier one (training before val before test): ${printable(first.file, 80)} has the pixels of ${printable(first.like, 100)}.`,
  ]
}

function nearWarnings({ count, pairs: [first] }: Leaks): string[] {
  if (first === undefined) return []
  const what = first.removed ? 'and left the earlier one' : 'and were kept'
  return [
    `${counted(count, 'An image looks', 'images look')} almost like one of another split ${what}: ${printable(first.file, 80)} and ${printable(first.like, 100)}.`,
  ]
}

function groupWarnings(torn: number): string[] {
  if (torn === 0) return []
  return [
    `${counted(torn, 'A group has', 'groups have')} images in more than one of the given splits, which were left as they are.`,
  ]
}
