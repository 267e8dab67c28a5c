import type { Split } from '../../job-spec/splits.ts'
import { nameOf } from './folder-tree.ts'
import { splitNamed } from './split-words.ts'

/** Words in the names of tables of labels, the preferred first. */
const WORDS: readonly RegExp[] = [
  /^labels?$/,
  /^classes$/,
  /^annotations?$/,
  /^metadata$/,
  /^(?:groundtruth|targets?)$/,
  /^project$/,
]

/** What the name of a table says; `rank` is lower for names that are preferred. */
export interface TableName {
  rank: number
  /** A name such as train.csv or train_labels.csv. */
  split: Split | undefined
  /** Nothing but a word for a split. */
  onlySplit: boolean
}

/** Tells tables of labels by their names; `undefined` for other files. */
export function tableName(path: string): TableName | undefined {
  const stem = nameOf(path).replace(/\.[^.]*$/, '')
  if (/submission/i.test(stem)) return undefined
  const words = stem
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
  const split = words.map(splitNamed).find((found) => found !== undefined)
  const candidates = [...words, words.slice(-2).join('')]
  const rank = WORDS.findIndex((pattern) => candidates.some((word) => pattern.test(word)))
  if (rank >= 0) return { rank, split, onlySplit: false }
  return splitNamed(stem) === undefined ? undefined : { rank: WORDS.length, split, onlySplit: true }
}
