import { firstFew, printable } from '../text.ts'
import type { IngestReport } from '../../job-spec/ingest-report.ts'

const MAX_SHOWN = 80

/** Sentences about images that are in several classes or splits. */
export function splitWarnings({
  conflicts,
  leaks,
  nearDuplicates,
}: Pick<IngestReport, 'conflicts' | 'leaks' | 'nearDuplicates'>): string[] {
  const shown = (file: string): string => printable(file, MAX_SHOWN)
  const pairs = (found: IngestReport['leaks']): string =>
    firstFew(
      found.pairs.map(
        ({ file, split, other, otherSplit }) => `${shown(file)} (${split}) and ${shown(other)} (${otherSplit})`,
      ),
      '; ',
      found.count,
    )
  const conflicting = conflicts.groups.map((group) => {
    const labels = new Set<string>()
    const distinct = group.filter(({ label }) => !labels.has(label) && labels.add(label))
    return distinct.map(({ file, label }) => `${shown(file)} (${shown(label)})`).join(' and ')
  })
  return [
    ...(conflicts.count === 0
      ? []
      : [
          `The same picture is in several classes ${times(conflicts.count)}: ${firstFew(conflicting, '; ', conflicts.count)}.`,
        ]),
    ...(leaks.count === 0
      ? []
      : [
          `${leaks.count} ${leaks.count === 1 ? 'image has' : 'images have'} an equal one in a later split and left the earlier one: ${pairs(leaks)}.`,
        ]),
    ...(nearDuplicates.count === 0
      ? []
      : [
          `${nearDuplicates.count} ${nearDuplicates.count === 1 ? 'image has' : 'images have'} a nearly equal one in a later split: ${pairs(nearDuplicates)}.`,
        ]),
  ]
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
