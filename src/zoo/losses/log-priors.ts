/** log π of each class by its fraction of the training images; a class with none counts as if it had one. */
export function logPriors(counts: readonly number[]): number[] {
  const known = counts.map((n) => Math.max(1, n))
  const total = known.reduce((sum, n) => sum + n, 0)
  return known.map((n) => Math.log(n / total))
}
