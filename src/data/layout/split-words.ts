import type { Split } from '../../job-spec/splits.ts'

/** Words for splits, in names of folders and tables and in columns. */
const WORDS: Readonly<Record<Split, readonly string[]>> = {
  train: ['train', 'training'],
  val: ['val', 'valid', 'validation', 'validate', 'dev', 'development'],
  test: ['test', 'testing', 'eval', 'evaluation', 'holdout', 'hold-out', 'hold_out'],
}

const SPLIT_OF: ReadonlyMap<string, Split> = new Map(
  (Object.keys(WORDS) as Split[]).flatMap((split) => WORDS[split].map((word) => [word, split])),
)

/** The split that a word names, whatever its case. */
export const splitNamed = (word: string): Split | undefined => SPLIT_OF.get(word.trim().toLowerCase())

export const SPLIT_WORDS = [...SPLIT_OF.keys()].join(', ')
