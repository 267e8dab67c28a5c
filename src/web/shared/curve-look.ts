import { AXES, type Axis } from './curves.ts'

/** How curves are drawn: belongs into the address. */
export interface CurveLook {
  axis?: Axis
  /** From 0 to below 1. */
  smoothing?: number
  logScale?: boolean
}

const MAX_SMOOTHING = 0.99

export function curveLook({ axis, smoothing, logScale }: Record<string, unknown>): CurveLook {
  const known = AXES.find((each) => each === axis)
  const isGiven = typeof smoothing === 'number' && smoothing > 0
  return {
    ...(known === undefined || known === 'step' ? {} : { axis: known }),
    ...(isGiven ? { smoothing: Math.min(MAX_SMOOTHING, smoothing) } : {}),
    ...(logScale === true ? { logScale } : {}),
  }
}
