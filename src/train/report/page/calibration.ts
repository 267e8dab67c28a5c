import type { Report } from '../../../evaluation/report.ts'
import { reliabilityChart } from '../../../plots/reliability-chart.ts'
import { figure, html, percent, section, type Markup } from './html.ts'

/** Reliability diagrams before and after temperature scaling. */
export function calibrationSection(report: Report): Markup {
  const { temperature, intervals, calibrationNote } = report
  const between = (ends: readonly number[]): string => ends.map((end) => percent(end)).join(' to ')
  const text =
    temperature === 1
      ? (calibrationNote ?? 'The logits were not scaled.')
      : `Logits are divided by the temperature ${temperature.toFixed(3)}, which minimises the validation loss and changes no answer.${calibrationNote === undefined ? '' : ` ${calibrationNote}`}`
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
