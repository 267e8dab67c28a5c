import type { Rng } from './define.ts'

/** A draw from Gamma(shape, 1). Source: Marsaglia and Tsang 2000, https://doi.org/10.1145/358407.358414. */
function gamma(rng: Rng, shape: number): number {
  if (shape < 1) return gamma(rng, shape + 1) * (1 - rng.uniform()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = rng.normal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    if (Math.log(1 - rng.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** A draw from Beta(a, b), in (0, 1). */
export function beta(rng: Rng, a: number, b: number): number {
  const [x, y] = [gamma(rng, a), gamma(rng, b)]
  return x + y === 0 ? 0.5 : x / (x + y)
}

/** A draw from a symmetric Dirichlet distribution: `count` shares that sum to 1. */
export function dirichlet(rng: Rng, concentration: number, count: number): number[] {
  const draws = Array.from({ length: count }, () => gamma(rng, concentration))
  const sum = draws.reduce((total, draw) => total + draw, 0)
  return draws.map((draw) => (sum === 0 ? 1 / count : draw / sum))
}
