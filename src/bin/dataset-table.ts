import type { IngestReport } from '../job-spec/ingest-report.ts'

const IMBALANCED = 10
const MAX_LISTED = 20

/** What is wrong with a data set as far as counts say it. */
function warningsOf({ classes, imbalance, warnings }: IngestReport): string[] {
  const lonely = (['val', 'test'] as const).flatMap((split) => {
    const names = classes.filter((one) => one[split] === 1).map(({ name }) => name)
    return names.length === 0 ? [] : [`a single ${split} image in ${listed(names)}: its recall is 0 or 100 %`]
  })
  const skewed =
    imbalance >= IMBALANCED
      ? [`the largest class has ${imbalance.toFixed(1)} times the training images of the smallest`]
      : []
  return [...new Set([...warnings, ...skewed, ...lonely])]
}

const listed = (names: readonly string[]): string =>
  names.slice(0, MAX_LISTED).join(', ') + (names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '')

/** What ingest found in a data set, for a terminal. */
export function datasetTable(report: IngestReport): string {
  const { classes, quarantined, duplicates } = report
  const width = Math.max(5, ...classes.map(({ name }) => name.length))
  const groups = duplicates.groups.slice(0, MAX_LISTED).map((files) => `  ${files.join(' = ')}`)
  return [
    ...classes.map(({ name, train, val, test }) => `${name.padEnd(width)}  train ${train}  val ${val}  test ${test}`),
    `${quarantined.count} files set aside`,
    ...quarantined.files.slice(0, MAX_LISTED).map(({ file, code, detail }) => `  ${file}  ${code}: ${detail}`),
    ...(quarantined.count > MAX_LISTED ? [`  and ${quarantined.count - MAX_LISTED} more; --json lists them`] : []),
    `${duplicates.count} duplicates`,
    ...groups,
    ...warningsOf(report).map((warning) => `warning: ${warning}`),
    '',
  ].join('\n')
}
