/** How two classifiers differ on the same images: those that only one of them has right. */
export interface McNemar {
  onlyA: number
  onlyB: number
  /** Two-sided p of the exact test: onlyA is binomial(onlyA + onlyB, ½) where neither is better. */
  exact: number
  /** The exact test is conservative; mid-p, which counts half of what was seen, is close to its level at every size. */
  midP: number
}

/**
 * McNemar's paired test, by the binomial distribution.
 * Source: McNemar 1947; mid-p: Fagerland, Lydersen and Laake 2013, https://doi.org/10.1186/1471-2288-13-91.
 */
export function mcNemar(onlyA: number, onlyB: number): McNemar {
  const total = onlyA + onlyB
  if (total === 0) return { onlyA, onlyB, exact: 1, midP: 1 }
  const fewer = Math.min(onlyA, onlyB)
  let logTerm = -total * Math.LN2
  let [tail, last] = [0, 0]
  for (let k = 0; k <= fewer; k++) {
    if (k > 0) logTerm += Math.log((total - k + 1) / k)
    last = Math.exp(logTerm)
    tail += last
  }
  return { onlyA, onlyB, exact: Math.min(1, 2 * tail), midP: Math.min(1, 2 * tail - last) }
}
