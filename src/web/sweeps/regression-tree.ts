/** One trial: its fields as numbers, and what is predicted. Of a category the number is its code alone. */
export interface Row {
  fields: readonly number[]
  value: number
}

export type Tree = { value: number } | { field: number; at: number; isCategory: boolean; left: Tree; right: Tree }

const MIN_LEAF = 2
const MAX_DEPTH = 8
/** Of the fields, those that a split looks at. */
const TRIED = 2 / 3

/**
 * A regression tree that splits where the squared error falls most, among some of the fields.
 * Source: Breiman et al. 1984, “Classification and Regression Trees”.
 */
export function growTree(
  rows: readonly Row[],
  kinds: readonly ('number' | 'category')[],
  random: () => number,
  depth = 0,
): Tree {
  const leaf = { value: mean(rows) }
  if (rows.length < 2 * MIN_LEAF || depth >= MAX_DEPTH) return leaf
  let best: { error: number; field: number; at: number } | undefined
  for (const field of someFields(kinds.length, random))
    for (const at of new Set(rows.map(({ fields }) => fields[field] ?? 0))) {
      const [left, right] = parted(rows, field, at, kinds[field] === 'category')
      if (left.length < MIN_LEAF || right.length < MIN_LEAF) continue
      const error = squared(left) + squared(right)
      if (error < (best?.error ?? squared(rows))) best = { error, field, at }
    }
  if (best === undefined) return leaf
  const { field, at } = best
  const isCategory = kinds[field] === 'category'
  const [left, right] = parted(rows, field, at, isCategory)
  const below = (part: readonly Row[]): Tree => growTree(part, kinds, random, depth + 1)
  return { field, at, isCategory, left: below(left), right: below(right) }
}

export function predict(tree: Tree, fields: readonly number[]): number {
  let node = tree
  while (!('value' in node)) node = goesLeft(fields[node.field] ?? 0, node.at, node.isCategory) ? node.left : node.right
  return node.value
}

const goesLeft = (value: number, at: number, isCategory: boolean): boolean => (isCategory ? value === at : value <= at)

function parted(rows: readonly Row[], field: number, at: number, isCategory: boolean): [Row[], Row[]] {
  const left: Row[] = []
  const right: Row[] = []
  for (const row of rows) (goesLeft(row.fields[field] ?? 0, at, isCategory) ? left : right).push(row)
  return [left, right]
}

function someFields(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, field) => ({ field, key: random() })).sort((a, b) => a.key - b.key)
  return order.slice(0, Math.max(1, Math.ceil(count * TRIED))).map(({ field }) => field)
}

const mean = (rows: readonly Row[]): number => rows.reduce((sum, { value }) => sum + value, 0) / rows.length

function squared(rows: readonly Row[]): number {
  const middle = mean(rows)
  return rows.reduce((sum, { value }) => sum + (value - middle) ** 2, 0)
}
