import type { SplitLogits } from '../metrics.ts'
import { logLossAt, type CalibrationData, type Parameters } from './log-loss.ts'
import { minimise } from './newton.ts'

/** Temperatures among which the fit is. */
export const TEMPERATURES = [0.05, 20] as const
/** Multiples of the log class frequencies of training; ±1 takes them away or puts them back whole. */
export const MAX_STRENGTH = 3
export const UNCALIBRATED: Parameters = [1, 0]

const [COLDEST, HOTTEST] = TEMPERATURES

/** The inverse temperature alone that minimises the log loss. */
export const fitScale = (data: CalibrationData): Parameters =>
  minimise((at) => logLossAt(data, at), UNCALIBRATED, [
    [1 / HOTTEST, 0],
    [1 / COLDEST, 0],
  ])

/** The inverse temperature and the strength of the direction that together minimise it. */
export const fitScaleAndPrior = (data: CalibrationData): Parameters =>
  minimise((at) => logLossAt(data, at), UNCALIBRATED, [
    [1 / HOTTEST, -MAX_STRENGTH],
    [1 / COLDEST, MAX_STRENGTH],
  ])

/** The temperature that minimises the mean log loss of images. Source: Guo et al. 2017, §4.2, https://arxiv.org/abs/1706.04599. */
export function fitTemperature(split: SplitLogits): number {
  const images = split.labels.length
  const weights = new Float64Array(images).fill(1 / images)
  return 1 / fitScale({ split, weights, direction: new Float64Array(split.classes) })[0]
}
