/** Points of a metric in the order of their steps, as two lists of the same length. */
export interface Points {
  steps: readonly number[]
  values: readonly number[]
}

/**
 * At most so many points of a series: the newest, and of equal parts of its steps the smallest and the largest value. All where they are few.
 */
export function thinned(points: Points, maxPoints: number): [number, number][] {
  const { steps, values } = points
  const count = steps.length
  const point = (i: number): [number, number] => [steps[i]!, values[i]!]
  if (count <= maxPoints) return steps.map((_, i) => point(i))
  const last = count - 1
  const parts = Math.floor((maxPoints - 1) / 2)
  if (parts === 0) return [point(last)]
  const [start, end] = [steps[0]!, steps[last]! + 1]
  const partOf = (step: number): number => Math.floor((parts * (step - start)) / (end - start))
  const kept: [number, number][] = []
  let [low, high] = [0, 0]
  const keep = (): void => {
    kept.push(point(Math.min(low, high)))
    if (low !== high) kept.push(point(Math.max(low, high)))
  }
  for (let i = 1; i < count; i++) {
    if (partOf(steps[i]!) !== partOf(steps[i - 1]!)) {
      keep()
      low = high = i
    }
    if (values[i]! < values[low]!) low = i
    if (values[i]! > values[high]!) high = i
  }
  keep()
  if (kept.at(-1)?.[0] !== steps[last]) kept.push(point(last))
  return kept
}
