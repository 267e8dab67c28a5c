import { deviation, mean } from './statistics.ts'

const STEPS = 2000

/** Density of Student's t up to its constant. */
const density = (t: number, degrees: number): number => (1 + t ** 2 / degrees) ** (-(degrees + 1) / 2)

/** The integral of the density from 0 to `t`, by Simpson's rule. */
function integral(t: number, degrees: number): number {
  const h = t / STEPS
  let sum = density(0, degrees) + density(t, degrees)
  for (let i = 1; i < STEPS; i++) sum += (i % 2 === 0 ? 2 : 4) * density(i * h, degrees)
  return (sum * h) / 3
}

/** B(a, 1/2), with which the density's integral over all t is √ν·B(ν/2, 1/2): Γ((ν+1)/2) is reached from 1/2 or 1 by recurrence. */
function totalIntegral(degrees: number): number {
  let beta = degrees % 2 === 0 ? 2 : Math.PI
  for (let a = degrees % 2 === 0 ? 1 : 0.5; a < degrees / 2; a++) beta *= a / (a + 0.5)
  return Math.sqrt(degrees) * beta
}

/** The value that Student's t exceeds with the probability `tail`, below one half. */
export function studentQuantile(tail: number, degrees: number): number {
  const wanted = (0.5 - tail) * totalIntegral(degrees)
  let [low, high] = [0, 1]
  while (integral(high, degrees) < wanted) high *= 2
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2
    if (integral(middle, degrees) < wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
}

export interface Interval {
  mean: number
  low: number
  high: number
}

/** A two-sided interval for the mean of independent values by Student's t; unbounded for fewer than two. */
export function meanInterval(values: readonly number[], confidence = 0.9): Interval {
  const center = mean(values)
  if (values.length < 2) return { mean: center, low: -Infinity, high: Infinity }
  const half = (studentQuantile((1 - confidence) / 2, values.length - 1) * deviation(values)) / Math.sqrt(values.length)
  return { mean: center, low: center - half, high: center + half }
}
