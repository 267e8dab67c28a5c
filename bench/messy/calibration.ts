import { rngFor } from '../../src/zoo/rng.ts'
import { mean } from '../statistics.ts'

/** What was answered of the test images, in their order. */
export interface Answers {
  confidence: number[]
  correct: boolean[]
}

const BINS = 15
const DRAWS = 500

/** Expected calibration error of the predicted class in 15 equal bins (Guo et al. 2017, https://arxiv.org/abs/1706.04599). */
export function calibrationError({ confidence, correct }: Answers): number {
  const gaps = new Float64Array(BINS)
  confidence.forEach((value, i) => {
    gaps[Math.min(BINS - 1, Math.floor(value * BINS))]! += Number(correct[i]) - value
  })
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / confidence.length
}

/** The answers to all images of several runs. */
export const pooled = (runs: readonly Answers[]): Answers => ({
  confidence: runs.flatMap(({ confidence }) => confidence),
  correct: runs.flatMap(({ correct }) => correct),
})

/** The calibration error that answers of these confidences have on average where each is right as often as it says: what so few images leave to chance. */
export function errorByChance({ confidence }: Answers): number {
  const rng = rngFor(1)
  const draws = Array.from({ length: DRAWS }, () =>
    calibrationError({ confidence, correct: confidence.map((value) => rng.uniform() < value) }),
  )
  return mean(draws)
}
