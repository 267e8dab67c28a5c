import type { Rng } from '../define.ts'

/** Indices of the images of each class; a class may have none. */
export function byClass(labels: Int32Array, classes: number): number[][] {
  const groups = Array.from({ length: classes }, (): number[] => [])
  labels.forEach((label, index) => groups[label]?.push(index))
  return groups
}

/** Shares n^q/Σn^q of the classes; 0 for one with no images. */
export function powerShares(groups: readonly number[][], power: number): number[] {
  const raw = groups.map(({ length }) => (length === 0 ? 0 : length ** power))
  const total = raw.reduce((sum, value) => sum + value, 0)
  return raw.map((value) => value / total)
}

/** Draws `count` times, with replacement: a class by its share, then one of its images uniformly. */
export function drawByShares(
  groups: readonly number[][],
  shares: readonly number[],
  { count, rng }: { count: number; rng: Rng },
): Int32Array {
  let sum = 0
  const edges = shares.map((share) => (sum += share))
  return Int32Array.from({ length: count }, () => {
    const group = groups[firstAbove(edges, rng.uniform() * sum)] ?? []
    return group[rng.integer(group.length)] ?? 0
  })
}

/** The first index whose edge is above `value`, by halving. */
function firstAbove(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
