import type { Rng } from './define.ts'

/**
 * A generator for the stream named by (seed, ...path): the same name gives the same numbers, whichever thread asks and in
 * whatever order. Numbers are a 32-bit finaliser over (key, counter), applied twice.
 */
export function rngFor(seed: number, ...path: number[]): Rng {
  let key = mix(seed >>> 0)
  for (const part of path) key = mix((key ^ (part >>> 0)) + 0x9e3779b9)
  let counter = 0
  const next = (): number => mix(mix((counter++ ^ key) >>> 0) ^ Math.imul(key, 0x85ebca6b))
  const uniform = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992
  return {
    uniform,
    integer: (below) => Math.floor(uniform() * below),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}

/** Fisher–Yates, in place. */
export function shuffle(values: Int32Array, rng: Rng): Int32Array {
  for (let i = values.length - 1; i > 0; i--) {
    const j = rng.integer(i + 1)
    const kept = values[i] ?? 0
    values[i] = values[j] ?? 0
    values[j] = kept
  }
  return values
}

function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}
