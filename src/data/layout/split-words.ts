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
/** What may follow such a word: `train_set`, `val-images`, `test2017`. */
const ENDING = /(?:sets?|data|datasets?|split|images?|imgs?|pictures|photos|(?:19|20)\d\d)$/
const JOINT = /[\s_-]$/

/** The split that a word names, whatever its case. */
export function splitNamed(word: string): Split | undefined {
  const lower = word.trim().toLowerCase()
  return SPLIT_OF.get(lower) ?? SPLIT_OF.get(lower.replace(ENDING, '').replace(JOINT, ''))
}

export const SPLIT_WORDS = [...SPLIT_OF.keys()].join(', ')

/**
 * The splits that folders next to each other name, such as `seg_train` and `seg_test`: by a word for a split alone, or where two or more differ in
 * nothing but that word.
 */
export function splitsAmong(names: readonly string[]): Map<string, Split> {
  const splits = new Map<string, Split>()
  const stems = new Map<string, [name: string, split: Split][]>()
  for (const name of names) {
    const split = splitNamed(name)
    if (split !== undefined) splits.set(name, split)
    else for (const [stem, named] of stemsOf(name)) stems.set(stem, [...(stems.get(stem) ?? []), [name, named]])
  }
  for (const alike of stems.values())
    if (new Set(alike.map(([, split]) => split)).size > 1) for (const [name, split] of alike) splits.set(name, split)
  return splits
}

/** A name without each of the words for splits in it, and what that word says. */
function stemsOf(name: string): [stem: string, split: Split][] {
  const parts = name.toLowerCase().split(/([^\p{L}\p{N}]+)/u)
  return parts.flatMap((part, i): [string, Split][] => {
    const split = SPLIT_OF.get(part)
    return split === undefined ? [] : [[parts.with(i, '*').join(''), split]]
  })
}
