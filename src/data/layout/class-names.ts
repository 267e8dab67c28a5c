import { AppError } from '../../errors.ts'
import type { SourceLimits } from '../source/budget.ts'
import { printable } from '../text.ts'

const MAX_NOTES = 20

const collator = new Intl.Collator('en', { numeric: true })

/** Orders class names by their numbers, then as text; names that tie, such as 1 and 01, by their code units, whatever the locale. */
export const byNumberThenName = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)

/** The name of a class as it is kept: accents composed, so that names written in both of Unicode's forms are one class. */
export const className = (name: string): string => name.normalize('NFC')

const LOOKS: readonly [why: string, key: (name: string) => string][] = [
  ['in spaces only', (name) => name.trim().replaceAll(/\s+/gu, ' ')],
  ['in upper and lower case only', (name) => name.toLowerCase()],
  ['in forms of the same characters only (such as full width)', (name) => name.normalize('NFKC')],
  ['in leading zeros only', (name) => (/^\d+$/.test(name) ? name.replace(/^0+(?=\d)/, '') : name)],
  [
    'in case, spaces, hyphens or underscores only',
    (name) =>
      name
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll(/[\s_-]+/gu, ''),
  ],
]

/** What joins several labels in one field. */
const JOINED = /[|;,+&/ ]+/

/** Says which classes have the names of several others, as labels of images with several. */
export function joinedNames(names: readonly string[]): string[] {
  const all = new Set(names)
  const joined = names.filter((name) => {
    const parts = new Set(name.split(JOINED))
    return parts.size > 1 && [...parts].every((part) => all.has(part))
  })
  const shown = joined.slice(0, 5).map((name) => JSON.stringify(printable(name, 80)))
  return joined.length === 0
    ? []
    : [
        `${joined.length === 1 ? 'The class' : `${joined.length} classes,`} ${shown.join(', ')}${joined.length > 5 ? ', …' : ''} ${joined.length === 1 ? 'has' : 'have'} the names of several others: if these are images with several labels, leave them out or give each one label, as one class per image is learned.`,
      ]
}

/** Sentences that name classes which may be meant to be one. */
export function lookAlikes(names: readonly string[]): string[] {
  const notes: string[] = []
  const told = new Set<string>()
  for (const [why, key] of LOOKS) {
    const groups = new Map<string, string[]>()
    for (const name of names) groups.set(key(name), [...(groups.get(key(name)) ?? []), name])
    for (const group of groups.values()) {
      const shown = group.sort(byNumberThenName).map((name) => JSON.stringify(printable(name, 80)))
      const id = shown.join(' ')
      if (group.length < 2 || told.has(id)) continue
      told.add(id)
      notes.push(
        `The classes ${shown.slice(0, 5).join(' and ')} differ ${why}; they are kept as ${group.length} classes.`,
      )
    }
  }
  return notes.length > MAX_NOTES
    ? [
        ...notes.slice(0, MAX_NOTES),
        `${notes.length - MAX_NOTES} more groups of classes have names that are nearly equal.`,
      ]
    : notes
}

/**
 * Refuses classes that are too many, or whose names are too long, one by one or together.
 * @throws AppError `dataset_layout` that names the class and the bound.
 */
export function requireClasses(
  names: readonly string[],
  { classes, classNameLength, classNameBytes }: Pick<SourceLimits, 'classes' | 'classNameLength' | 'classNameBytes'>,
): void {
  if (names.length > classes)
    throw new AppError('dataset_layout', `The data set has ${names.length} classes; at most ${classes} are allowed.`)
  const long = names.find((name) => name.length > classNameLength)
  if (long !== undefined)
    throw new AppError(
      'dataset_layout',
      `The name of class ${printable(long, 80)} has ${long.length} characters; at most ${classNameLength} are allowed.`,
    )
  const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(name), 0)
  if (bytes > classNameBytes)
    throw new AppError(
      'dataset_layout',
      `The class names have ${bytes} bytes together, the first being ${printable(names[0] ?? '', 80)}; at most ${classNameBytes} are allowed.`,
    )
}
