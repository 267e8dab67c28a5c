import type { LogLoss, Parameters } from './log-loss.ts'

/** The range of each parameter; a parameter whose ends are equal is fixed. */
export type Box = readonly [low: Parameters, high: Parameters]

const MAX_ITERATIONS = 100
/** Of the projected gradient, relative to 1 + the loss. */
const TOLERANCE = 1e-10
const SUFFICIENT_DECREASE = 1e-4
const MAX_HALVINGS = 50
const RIDGE = 1e-12

/**
 * Minimises a convex function of two parameters in a box: Newton steps in the parameters that are not held at an end of their range, shortened
 * until the loss falls.
 * Source: Bertsekas 1982, https://doi.org/10.1137/0320018.
 */
export function minimise(lossAt: (at: Parameters) => LogLoss, start: Parameters, box: Box): Parameters {
  let at = projected(start, box)
  let loss = lossAt(at)
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const free = ([0, 1] as const).filter((i) => !isHeld(at[i], loss.gradient[i], [box[0][i], box[1][i]]))
    if (free.every((i) => Math.abs(loss.gradient[i]) <= TOLERANCE * (1 + Math.abs(loss.value)))) return at
    const step = newtonStep(loss, free)
    const next = shortened(lossAt, { at, loss, step, box })
    if (next === undefined) return at
    ;[at, loss] = [next.at, next.loss]
  }
  return at
}

/** Whether a parameter is at an end of its range and the loss falls beyond it. */
const isHeld = (value: number, slope: number, [low, high]: readonly [number, number]): boolean =>
  (value <= low && slope >= 0) || (value >= high && slope <= 0)

const projected = (at: Parameters, [low, high]: Box): Parameters => [
  Math.min(high[0], Math.max(low[0], at[0])),
  Math.min(high[1], Math.max(low[1], at[1])),
]

function newtonStep({ gradient: [ga, gb], hessian }: LogLoss, free: readonly (0 | 1)[]): Parameters {
  const [aa, ab, bb] = [hessian[0] + RIDGE, hessian[1], hessian[2] + RIDGE]
  if (free.length === 1) return free[0] === 0 ? [-ga / aa, 0] : [0, -gb / bb]
  const determinant = aa * bb - ab * ab
  // Parallel directions have no unique step: each parameter takes half of its step.
  if (determinant <= 1e-12 * aa * bb) return [-ga / aa / 2, -gb / bb / 2]
  return [(-ga * bb + gb * ab) / determinant, (-gb * aa + ga * ab) / determinant]
}

interface Search {
  at: Parameters
  loss: LogLoss
  step: Parameters
  box: Box
}

/** The longest of step, step/2, step/4, … after which the loss is lower enough; undefined where rounding hides any progress. */
function shortened(
  lossAt: (at: Parameters) => LogLoss,
  { at, loss, step, box }: Search,
): { at: Parameters; loss: LogLoss } | undefined {
  for (let halving = 0, length = 1; halving < MAX_HALVINGS; halving++, length /= 2) {
    const next = projected([at[0] + length * step[0], at[1] + length * step[1]], box)
    const expected = loss.gradient[0] * (next[0] - at[0]) + loss.gradient[1] * (next[1] - at[1])
    const reached = lossAt(next)
    if (expected < 0 && reached.value <= loss.value + SUFFICIENT_DECREASE * expected) return { at: next, loss: reached }
  }
  return undefined
}
