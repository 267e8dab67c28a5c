import type { Report } from '../evaluation/report.ts'

const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(2)} %`)
const range = ([low = 0, high = 0]: readonly number[]): string => `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`

/** A report for a terminal. */
export function reportTable(report: Report): string {
  const { intervals, shots } = report
  const width = Math.max(5, ...report.classes.map(({ name }) => name.length))
  const rows = report.classes.map(({ name, images, precision, recall, recallInterval, f1 }) =>
    [
      name.padEnd(width),
      String(images).padStart(6),
      percent(precision).padStart(9),
      percent(recall).padStart(9),
      (recallInterval === null ? '' : range(recallInterval)).padStart(11),
      percent(f1).padStart(9),
    ].join('  '),
  )
  const groups = (['many', 'medium', 'few'] as const)
    .filter((shot) => shots[shot].classes > 0)
    .map((shot) => `${shot} ${percent(shots[shot].accuracy)} (${shots[shot].classes})`)
  return [
    `${report.split} accuracy ${percent(report.accuracy)} on ${report.images} images (${100 * intervals.level} % interval ${range(intervals.accuracy)})`,
    `top-5 ${percent(report.top5)}, balanced ${percent(report.balancedAccuracy)} (${range(intervals.balancedAccuracy)}), macro-F1 ${percent(report.macroF1)} (${range(intervals.macroF1)})`,
    `calibration error ${percent(report.eceUncalibrated)} before, ${percent(report.ece)} after ${calibratedBy(report)}; log loss ${report.nllUncalibrated.toFixed(4)} before, ${report.nll.toFixed(4)} after`,
    ...(report.calibrationNote === undefined ? [] : [report.calibrationNote]),
    ...openSetLine(report),
    ...testTimeLine(report),
    ...(groups.length > 1 ? [`by training images (classes): ${groups.join(', ')}`] : []),
    '',
    ['class'.padEnd(width), 'images', 'precision', '   recall', '   interval', '       F1'].join('  '),
    ...rows,
    ...robustnessRows(report),
    '',
  ].join('\n')
}

function calibratedBy({ temperature, calibration, mostProbable }: Report): string {
  const scaled = `temperature ${temperature.toFixed(3)}`
  if (calibration === undefined || mostProbable === undefined) return scaled
  const prior = `a class prior (${calibration.prior}, strength ${calibration.priorStrength.toFixed(3)})`
  return `${scaled} and ${prior}, under which ${percent(mostProbable.differs)} of the images have a more probable class than their answer (accuracy of the most probable one ${percent(mostProbable.accuracy)}, balanced ${percent(mostProbable.balancedAccuracy)})`
}

function testTimeLine({ testTimeAugmentation: made }: Report): string[] {
  if (made === undefined) return []
  return [
    `averages of ${made.average} over ${made.views} views (test-time augmentation: ${made.name}); one view alone has ${percent(made.accuracyWithout)} accuracy`,
  ]
}

function openSetLine({ openSet }: Report): string[] {
  if (openSet === undefined) return []
  const { threshold, accuracy, rejectedKnown, rejectedUnknown, unknown, fMeasure, auroc } = openSet
  const others =
    unknown === 0
      ? ''
      : `; of ${unknown} unknown images ${percent(rejectedUnknown)} rejected, open-set F ${percent(fMeasure)}, AUROC ${percent(auroc)}`
  return [
    `none of these under probability ${threshold.toFixed(4)}: of known images ${percent(accuracy)} right and ${percent(rejectedKnown)} rejected${others}`,
  ]
}

function robustnessRows({ robustness }: Report): string[] {
  if (robustness === undefined) return []
  const { corruptions, images, cleanError, meanError } = robustness
  const width = Math.max(10, ...corruptions.map(({ name }) => name.length))
  const row = (name: string, cells: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(10))].join('  ')
  const severities = corruptions[0]?.severities ?? []
  return [
    '',
    `error ${percent(cleanError)} on ${images} images as they are, ${percent(meanError)} in the mean over corruptions`,
    row('corruption', [...severities.map(({ severity }) => `severity ${severity}`), 'mean']),
    ...corruptions.map((one) => row(one.name, [...one.severities.map(({ error }) => error), one.error].map(percent))),
  ]
}
