import type { Report } from '../../evaluation/report.ts'
import type { Calibration } from '../checkpoint/info.ts'

type Measured = Pick<Report, 'split' | 'nll' | 'nllUncalibrated' | 'ece' | 'eceUncalibrated' | 'intervals'>

/** Says that the calibration, which validation images chose, made the evaluated split's numbers worse, where it did. */
export function calibrationWarning(
  { temperature, classBias }: Calibration,
  { split, nll, nllUncalibrated, ece, eceUncalibrated, intervals }: Measured,
): string | undefined {
  if (temperature === 1 && classBias === undefined) return undefined
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
  const worse = [
    {
      is: nll > nllUncalibrated,
      text: `the log loss larger (${nllUncalibrated.toFixed(4)} before, ${nll.toFixed(4)} after)`,
      clear: apart(intervals.nllUncalibrated, intervals.nll),
    },
    {
      is: ece > eceUncalibrated,
      text: `the calibration error larger (${percent(eceUncalibrated)} before, ${percent(ece)} after)`,
      clear: apart(intervals.eceUncalibrated, intervals.ece),
    },
  ].filter(({ is }) => is)
  if (worse.length === 0) return undefined
  const chance = worse.some(({ clear }) => clear) ? '' : '; the intervals overlap'
  return `On the ${split} images the calibration, which was fitted to validation images, made ${worse.map(({ text }) => text).join(' and ')}${chance}.`
}

/** Whether all of an interval is above all of another. */
const apart = ([, high = 0]: readonly number[], [low = 0]: readonly number[]): boolean => low > high
