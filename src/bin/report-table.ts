import type { Report } from '../train/report.ts'

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`

/** A report for a terminal. */
export function reportTable(report: Report): string {
  const width = Math.max(5, ...report.classes.map(({ name }) => name.length))
  const rows = report.classes.map(({ name, images, precision, recall, f1 }) =>
    [
      name.padEnd(width),
      String(images).padStart(6),
      percent(precision).padStart(9),
      percent(recall).padStart(9),
      percent(f1).padStart(9),
    ].join('  '),
  )
  return [
    `${report.split} accuracy ${percent(report.accuracy)} on ${report.images} images (top-5 ${percent(report.top5)}, macro-F1 ${percent(report.macroF1)})`,
    `calibration error ${percent(report.eceUncalibrated)} before, ${percent(report.ece)} after temperature ${report.temperature.toFixed(3)}`,
    '',
    ['class'.padEnd(width), 'images', 'precision', '   recall', '       F1'].join('  '),
    ...rows,
    '',
  ].join('\n')
}
