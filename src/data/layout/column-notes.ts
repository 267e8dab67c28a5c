import { printable } from '../text.ts'

const MAX_SHOWN = 12

export const shownColumns = (names: readonly string[]): string =>
  names
    .slice(0, MAX_SHOWN)
    .map((name) => printable(name, 40))
    .join(', ') + (names.length > MAX_SHOWN ? `, … (${names.length})` : '')

/** Sentences about which of a table's columns are used where it has several, or some that look like what they are not. */
export function columnNotes(
  path: string,
  header: readonly string[],
  {
    file,
    isFileByValues,
    label,
    split,
    unusedSplits,
  }: {
    file: number
    /** Whether its values told that it names the files. */
    isFileByValues: boolean
    label: readonly number[]
    split: number | undefined
    unusedSplits: readonly number[]
  },
): string[] {
  const nameOf = (index: number): string => header[index] ?? ''
  const used = [file, ...label.slice(0, 1), ...(split === undefined ? [] : [split])]
  const repeated = used.map(nameOf).filter((name) => header.indexOf(name) !== header.lastIndexOf(name))
  return [
    ...(isFileByValues ? [`${path} names the files in its column ${printable(nameOf(file), 40)}.`] : []),
    ...(label.length > 1
      ? [
          `${path} has several columns that may be the class (${shownColumns(label.map(nameOf))}); ${printable(nameOf(label[0] ?? 0), 40)} is used.`,
        ]
      : []),
    ...repeated.map((name) => `${path} has several columns ${printable(name, 40)}; the first is used.`),
    ...unusedSplits.map(
      (index) =>
        `${path} has a column ${printable(nameOf(index), 40)} whose values are not all words for splits, such as train, val and test: it is not used, and splits are drawn.`,
    ),
  ]
}
