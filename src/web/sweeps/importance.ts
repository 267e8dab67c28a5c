import { randomNumbers } from './random-numbers.ts'
import { growTree, predict, type Row } from './regression-tree.ts'

export interface Importance {
  /** Index of the field. */
  field: number
  /** Of the error that a shuffled field adds, over all fields: from 0 to 1. */
  share: number
  /** Spearman's rank correlation of the field with the value; null where the field has no order. */
  correlation: number | null
}

const TREES = 60
const SEED = 1
/** Fewer trials say nothing of any field. */
export const MIN_TRIALS = 8

/**
 * How much each field decides the objective: the permutation importance of a random forest that predicts the objective from the fields,
 * measured on the trials that each tree has not seen, and the rank correlation of the field with the objective.
 * Source: Breiman 2001, “Random Forests”, §10, https://doi.org/10.1023/A:1010933404324; Spearman 1904, https://doi.org/10.2307/1412159.
 * Departs from the paper: errors that shuffling makes smaller count as zero, and importances are shares of their sum.
 */
export function importances(rows: readonly Row[], kinds: readonly ('number' | 'category')[]): Importance[] {
  const random = randomNumbers(SEED)
  const added = kinds.map(() => 0)
  for (let tree = 0; tree < TREES; tree++) {
    const seen = rows.map(() => Math.floor(random() * rows.length))
    const unseen = rows.filter((_, i) => !seen.includes(i))
    if (unseen.length < 2) continue
    const root = growTree(
      seen.map((i) => rows[i]).filter((row) => row !== undefined),
      kinds,
      random,
    )
    const error = (tested: readonly Row[]): number =>
      tested.reduce((sum, row) => sum + (predict(root, row.fields) - row.value) ** 2, 0) / tested.length
    const base = error(unseen)
    kinds.forEach((_, field) => {
      added[field] = (added[field] ?? 0) + error(shuffled(unseen, field, random)) - base
    })
  }
  const total = added.reduce((sum, each) => sum + Math.max(0, each), 0)
  return kinds
    .map((kind, field) => ({
      field,
      share: total === 0 ? 0 : Math.max(0, added[field] ?? 0) / total,
      correlation: kind === 'number' ? rankCorrelation(rows, field) : null,
    }))
    .sort((a, b) => b.share - a.share)
}

function shuffled(rows: readonly Row[], field: number, random: () => number): Row[] {
  const values = rows.map(({ fields }) => fields[field] ?? 0)
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const kept = values[i] ?? 0
    values[i] = values[j] ?? 0
    values[j] = kept
  }
  return rows.map(({ fields, value }, i) => ({ fields: fields.with(field, values[i] ?? 0), value }))
}

function rankCorrelation(rows: readonly Row[], field: number): number {
  const a = ranks(rows.map(({ fields }) => fields[field] ?? 0))
  const b = ranks(rows.map(({ value }) => value))
  const middle = (rows.length - 1) / 2
  const sum = (of: (i: number) => number): number => a.reduce((total, _, i) => total + of(i), 0)
  const [inA, inB] = [(i: number): number => (a[i] ?? 0) - middle, (i: number): number => (b[i] ?? 0) - middle]
  const spread = Math.sqrt(sum((i) => inA(i) ** 2) * sum((i) => inB(i) ** 2))
  return spread === 0 ? 0 : sum((i) => inA(i) * inB(i)) / spread
}

/** Equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length
    const same = values.filter((other) => other === value).length
    return below + (same - 1) / 2
  })
}
