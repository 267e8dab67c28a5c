import type { Split } from '../../job-spec/splits.ts'

/** Words for splits, in folder names and in tables. `eval` is a test split, as in Hugging Face's imagefolder. */
const WORDS: Readonly<Record<Split, readonly string[]>> = {
  train: ['train', 'training'],
  val: ['val', 'valid', 'validation', 'validate', 'dev', 'development'],
  test: ['test', 'testing', 'eval', 'evaluation', 'holdout', 'hold-out', 'hold_out'],
}

const SPLIT_OF: ReadonlyMap<string, Split> = new Map(
  Object.entries(WORDS).flatMap(([split, words]) => words.map((word) => [word, split as Split])),
)

/** The split that a word names, whatever its case. */
export const splitNamed = (word: string): Split | undefined => SPLIT_OF.get(word.trim().toLowerCase())

export const SPLIT_WORDS = Object.values(WORDS).flat().join(', ')
