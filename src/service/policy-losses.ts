import type { PolicySearched } from './policy-resources.ts'

interface SearchReport {
  method?: string
  folds?: { images: number; clean: number; policy: number }[]
  grid?: { numOps: number; loss: number }[]
}

/** The losses that a search’s report has; density matching’s are means over all held-out images. */
export function searchedBy(report: unknown): PolicySearched | null {
  const { method, folds = [], grid = [] } = report as SearchReport
  if (method === undefined) return null
  const images = folds.reduce((sum, fold) => sum + fold.images, 0)
  const mean = (of: 'clean' | 'policy'): number | null =>
    images === 0 ? null : folds.reduce((sum, fold) => sum + fold[of] * fold.images, 0) / images
  const losses = (tried: boolean): number[] => grid.filter(({ numOps }) => numOps > 0 === tried).map(({ loss }) => loss)
  const least = (values: number[]): number | null => (values.length === 0 ? null : Math.min(...values))
  return { method, baseline: mean('clean') ?? least(losses(false)), found: mean('policy') ?? least(losses(true)) }
}
