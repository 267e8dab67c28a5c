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
    `${report.top5 === undefined ? '' : `top-5 ${percent(report.top5)}, `}balanced ${percent(report.balancedAccuracy)} (${range(intervals.balancedAccuracy)}), macro-F1 ${percent(report.macroF1)} (${range(intervals.macroF1)})`,
    `calibration error ${percent(report.eceUncalibrated)} before, ${percent(report.ece)} after ${calibratedBy(report)}; log loss ${report.nllUncalibrated.toFixed(4)} before, ${report.nll.toFixed(4)} after`,
    ...(report.calibrationNote === undefined ? [] : [report.calibrationNote]),
    ...(report.calibrationWarning === undefined ? [] : [`warning: ${report.calibrationWarning}`]),
    ...comparedLine(report),
    ...rankedLine(report),
    ...answeredLine(report),
    ...slicesLines(report),
    ...duplicatesLine(report),
    ...costLine(report),
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

const SHOWN_COVERAGES = [0.9, 0.8, 0.5]

/** What can be had without the model, and what earlier runs have. */
function comparedLine({ baselines }: Report): string[] {
  if (baselines === undefined) return []
  const { majority, runs } = baselines
  const others = runs.map(
    ({ relation, job, name, accuracy }) => `${relation} run ${name === '' ? job : name} ${percent(accuracy)}`,
  )
  return [`to compare: always ${majority.class} ${percent(majority.accuracy)}${['', ...others].join(', ')}`]
}

function rankedLine({ averages }: Report): string[] {
  if (averages === undefined) return []
  const { macro, micro } = averages
  return [
    `average precision ${percent(macro.averagePrecision)} macro, ${percent(micro.averagePrecision)} micro; area under ROC ${percent(macro.rocAuc)} macro, ${percent(micro.rocAuc)} micro`,
  ]
}

function answeredLine({ selective }: Report): string[] {
  if (selective === undefined) return []
  const rows = selective.byCoverage.filter(({ target }) => SHOWN_COVERAGES.includes(target))
  const told = rows.map(
    ({ coverage, accuracy, threshold }) =>
      `${(100 * coverage).toFixed(0)} %: ${percent(accuracy)} (from ${threshold.toFixed(3)})`,
  )
  return [`accuracy where only the most confident are answered, and their confidence: ${told.join(', ')}`]
}

function slicesLines({ slices }: Report): string[] {
  const marked = (slices?.attributes ?? []).flatMap(({ name, slices: parts }) =>
    parts.filter(({ differs }) => differs).map((part) => ({ attribute: name, ...part })),
  )
  return marked.map(
    ({ attribute, name, accuracy, interval, images, rest }) =>
      `${attribute} ${name}: ${percent(accuracy)} (${range(interval)}) on ${images} images, ${percent(rest)} on the rest`,
  )
}

function duplicatesLine({ duplicates, split }: Report): string[] {
  if (duplicates === undefined || duplicates.nearTraining === 0) return []
  return [
    `${duplicates.nearTraining} ${split} images have a nearly equal training image; accuracy without them ${percent(duplicates.accuracyWithout)}`,
  ]
}

function costLine({ cost }: Report): string[] {
  if (cost === undefined) return []
  const { seconds, latency, parameters, checkpointBytes } = cost
  const parts = [
    ...(seconds > 0 ? [`trained in ${seconds.toFixed(seconds < 10 ? 1 : 0)} s`] : []),
    ...(parameters === undefined ? [] : [`${(parameters / 1e6).toFixed(2)} million parameters`]),
    ...(checkpointBytes === undefined ? [] : [`${(checkpointBytes / 1e6).toFixed(1)} MB`]),
    ...(latency === undefined ? [] : [`${latency.medianMs.toFixed(1)} ms per image alone`]),
  ]
  return parts.length === 0 ? [] : [parts.join(', ')]
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
