import type { MeasuredRun } from './ports/throughput.ts'

export interface RunEstimate {
  seconds: number
  deviceHours: number
  basis: { runs: number; deviceKind: string; imagesPerSecond: number; otherSeconds: number }
}

/**
 * The time of a run of so many images, from like runs: their throughput, and what they needed besides it to start, evaluate and report.
 * Both are medians. @returns undefined where there is no like run
 */
export function runEstimate(images: number, runs: readonly MeasuredRun[]): RunEstimate | undefined {
  const [first] = runs
  if (first === undefined) return undefined
  const imagesPerSecond = median(runs.map((run) => run.imagesPerSecond))
  const otherSeconds = median(runs.map((run) => Math.max(0, run.deviceSeconds - run.images / run.imagesPerSecond)))
  const seconds = images / imagesPerSecond + otherSeconds
  return {
    seconds,
    deviceHours: seconds / 3600,
    basis: { runs: runs.length, deviceKind: first.deviceKind, imagesPerSecond, otherSeconds },
  }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2
}
