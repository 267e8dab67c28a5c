import { groupBy } from '../group-by.ts'
import { printable } from '../text.ts'

const collator = new Intl.Collator('en', { numeric: true })
const MAX_WARNINGS = 20

/** Numbers in the order of their values, then by letters; names that the collation takes for equal, by code units. */
export const byNumberThenName = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)

/** Warnings of names that differ in so little that one class may have been meant. */
export function lookAlikes(names: readonly string[]): string[] {
  const groups = groupBy(names, plain)
  const warnings = [...groups.values()].filter((alike) => alike.length > 1).map(sentence)
  const left = warnings.length - MAX_WARNINGS
  return left > 0
    ? [...warnings.slice(0, MAX_WARNINGS), `${left} more groups of classes have names that look alike.`]
    : warnings
}

function sentence(alike: readonly string[]): string {
  const shown = alike.map((name) => JSON.stringify(printable(name, 60))).join(' and ')
  return `The classes ${shown} differ only in ${difference(alike)}; they are kept apart. Rename one if one class was meant.`
}

/** What names are equal in when they look alike. */
function plain(name: string): string {
  const text = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text
}

function difference(alike: readonly string[]): string {
  const equalUnder = (change: (name: string) => string): boolean => new Set(alike.map(change)).size === 1
  if (equalUnder((name) => name.replace(/^0+(?=\d)/, ''))) return 'leading zeros'
  if (equalUnder((name) => name.toLowerCase())) return 'case'
  if (equalUnder((name) => name.trim())) return 'spaces at the ends'
  if (equalUnder((name) => name.replaceAll(/[\s_-]+/g, ' ').trim())) return 'spaces, underscores or hyphens'
  return 'case, spaces or the way their letters are written'
}
