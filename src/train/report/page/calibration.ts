import type { Report } from '../../../evaluation/report.ts'
import { reliabilityChart } from '../../../plots/reliability-chart.ts'
import { figure, html, percent, section, type Markup } from './html.ts'

const PRIORS = {
  data: 'the class frequencies of the validation images',
  uniform: 'equally common classes',
} as const

/** What was done to the logits. */
export function calibrationText({ temperature, calibration, mostProbable }: Report): string {
  const scaled = temperature !== 1
  if (calibration?.applied !== 'temperature-and-prior' || mostProbable === undefined)
    return scaled
      ? `Logits are divided by the temperature ${temperature.toFixed(3)}, which minimises the loss on the validation images and changes no answer.`
      : 'The logits were not scaled.'
  return `Logits are divided by the temperature ${temperature.toFixed(3)}, and ${calibration.priorStrength.toFixed(3)} times the log class frequencies of training is added: together they minimise the validation loss for ${PRIORS[calibration.prior]}. The answers stay those of the logits; for ${percent(mostProbable.differs)} of the images another class is more probable. Answering with the most probable class has an accuracy of ${percent(mostProbable.accuracy)} and a balanced accuracy of ${percent(mostProbable.balancedAccuracy)}. The diagrams are of the most probable class.`
}

/** Reliability diagrams before and after temperature scaling. */
export function calibrationSection(report: Report): Markup {
  const { intervals, calibrationNote, calibrationWarning } = report
  const between = (ends: readonly number[]): string => ends.map((end) => percent(end)).join(' to ')
  const text = [
    calibrationText(report),
    ...[calibrationNote, calibrationWarning].filter((note) => note !== undefined),
  ].join(' ')
  return section(
    'Calibration',
    html`<p>
      ${text} The expected calibration error (15 bins) is ${percent(report.eceUncalibrated)} before
      (${between(intervals.eceUncalibrated)}) and ${percent(report.ece)} after (${between(intervals.ece)}), the log loss
      ${report.nllUncalibrated.toFixed(4)} before and ${report.nll.toFixed(4)} after.
    </p>`,
    html`<div class="columns">
      ${[
        figure(
          reliabilityChart({
            title: `Before: ${percent(report.eceUncalibrated)}`,
            bins: report.reliabilityUncalibrated,
          }),
        ),
        figure(reliabilityChart({ title: `After: ${percent(report.ece)}`, bins: report.reliability })),
      ]}
    </div>`,
  )
}
