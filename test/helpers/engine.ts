import { availableParallelism } from 'node:os'
import type { Engine } from '../../src/engine/engine.ts'
import { loadEngine } from '../../src/engine/load.ts'

let loaded: Promise<Engine> | undefined

/** The native engine with two threads, where there are two cores; one a process. */
export const torch = (): Promise<Engine> =>
  (loaded ??= loadEngine({ engine: 'torch', threads: Math.min(2, availableParallelism()) }))

/** Largest absolute difference relative to the largest expected value, or to `floor` where all are smaller. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-12): number {
  let worst = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN))
    if (Number.isNaN(difference)) return Infinity
    worst = Math.max(worst, difference)
    largest = Math.max(largest, Math.abs(expected[i] ?? 0))
  }
  return worst / Math.max(largest, floor)
}
