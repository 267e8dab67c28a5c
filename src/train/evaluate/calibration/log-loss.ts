import type { SplitLogits } from '../metrics.ts'

/** The logits of images, what to add multiples of, and how much each image counts. */
export interface CalibrationData {
  split: SplitLogits
  /** Added to the logits in multiples, one value per class. */
  direction: Float64Array
  /** Of each image, summing to 1; an image of weight 0 is left out. */
  weights: Float64Array
}

/** The inverse temperature a, and the strength b of the direction: the logits become a·z + b·direction. */
export type Parameters = readonly [inverseTemperature: number, strength: number]

/** A function of two parameters with its gradient and its Hessian [∂aa, ∂ab, ∂bb]. */
export interface LogLoss {
  value: number
  gradient: [number, number]
  hessian: [number, number, number]
}

/** Weighted log loss of softmax(a·z + b·direction), which is convex in (a, b): the Hessian is the mean covariance of (z, direction) under the softmax. */
export function logLossAt({ split, direction, weights }: CalibrationData, [a, b]: Parameters): LogLoss {
  const { logits, labels, classes } = split
  const loss: LogLoss = { value: 0, gradient: [0, 0], hessian: [0, 0, 0] }
  const scores = new Float64Array(classes)
  for (let image = 0; image < labels.length; image++) {
    const weight = weights[image]!
    if (weight === 0) continue
    const [from, label] = [image * classes, labels[image]!]
    let largest = -Infinity
    let top = 0
    for (let k = 0; k < classes; k++) {
      const score = a * logits[from + k]! + b * direction[k]!
      scores[k] = score
      if (score > largest) [largest, top] = [score, k]
    }
    // Relative to the most probable class, sums of squares cancel least.
    const [zTop, dTop] = [logits[from + top]!, direction[top]!]
    let [sum, z, d, zz, zd, dd] = [0, 0, 0, 0, 0, 0]
    for (let k = 0; k < classes; k++) {
      const p = Math.exp(scores[k]! - largest)
      const [zk, dk] = [logits[from + k]! - zTop, direction[k]! - dTop]
      sum += p
      z += p * zk
      d += p * dk
      zz += p * zk * zk
      zd += p * zk * dk
      dd += p * dk * dk
    }
    ;[z, d, zz, zd, dd] = [z / sum, d / sum, zz / sum, zd / sum, dd / sum]
    loss.value += weight * (largest + Math.log(sum) - scores[label]!)
    loss.gradient[0] += weight * (z - (logits[from + label]! - zTop))
    loss.gradient[1] += weight * (d - (direction[label]! - dTop))
    loss.hessian[0] += weight * (zz - z * z)
    loss.hessian[1] += weight * (zd - z * d)
    loss.hessian[2] += weight * (dd - d * d)
  }
  return loss
}
