import type { IngestReport } from '../job-spec/ingest-report.ts'
import { printable } from '../data/text.ts'
import { classTable } from './class-table.ts'
import { counted, DEFAULT_COLUMNS, grouped, listed, wrapped } from './text-columns.ts'

const IMBALANCED = 10
const MAX_NAMES = 5
const MAX_KINDS = 8
const MAX_FILES_PER_KIND = 3
const MAX_GROUPS = 3
const TITLE_COLUMNS = 14

/** A part of the table: a title, and lines next to it. */
type Section = readonly [title: string, lines: readonly string[]]

/**
 * What ingest found in a data set, for a terminal: counts, what was left out, what the images have in common, and warnings. The report as
 * JSON has the whole lists.
 */
export function datasetTable(report: IngestReport, columns = DEFAULT_COLUMNS): string {
  const sections = [ignored, setAside, duplicates].flatMap((section) => section(report))
  const warnings = warningsOf(report).map((warning) => wrapped(`warning: ${warning}`, columns, 2))
  return [
    ...summary(report).flatMap((line) => wrapped(line, columns, 0)),
    '',
    ...classTable(report.classes, columns),
    ...(sections.length === 0 ? [] : ['', ...sections.flatMap((section) => sectionLines(section, columns))]),
    ...(warnings.length === 0 ? [] : ['', ...warnings.flat()]),
    '',
  ].join('\n')
}

function summary({ images, classes, splits, channels, sizes }: IngestReport): string[] {
  const drawn = (split: 'val' | 'test'): string => (splits[split] === 'drawn' && images[split] > 0 ? ' (drawn)' : '')
  const total = images.train + images.val + images.test
  return [
    `${counted(total, 'image')} in ${counted(classes.length, 'class', 'classes')}: ${grouped(images.train)} train, ${grouped(images.val)} val${drawn('val')}, ${grouped(images.test)} test${drawn('test')}`,
    `${channels === 1 ? 'grey' : 'colour'}, ${sizes.smallest === sizes.largest ? `${sizes.smallest} pixels a side` : `sides of ${sizes.smallest} to ${sizes.largest} pixels`}${sizes.largest > sizes.packed ? `, kept with a shorter side of up to ${sizes.packed}` : ''}`,
  ]
}

/** Lines next to their title; what a line begins with in spaces is kept in those it is wrapped to. */
function sectionLines([title, lines]: Section, columns: number): string[] {
  return lines.flatMap((line, i) => {
    const depth = line.length - line.trimStart().length
    const indent = TITLE_COLUMNS + depth + 2
    const [first = '', ...rest] = wrapped(line.trimStart(), columns, indent)
    return [(i === 0 ? title : '').padEnd(TITLE_COLUMNS + depth) + first, ...rest]
  })
}

function ignored({ ignored: { count, kinds } }: IngestReport): Section[] {
  if (count === 0) return []
  const shown = kinds.slice(0, MAX_KINDS).map((one) => `${grouped(one.count)} ${one.kind}`)
  const files = counted(count, 'file that is no image', 'files that are no images')
  return [['ignored', [`${files}: ${listed(shown, MAX_KINDS, kinds.length)}`]]]
}

/** Files that were set aside, by code: how many, and the first with what is wrong with them. */
function setAside({ quarantined: { count, files } }: IngestReport): Section[] {
  if (count === 0) return []
  const byCode = new Map<string, SetAside[]>()
  for (const file of files) {
    const same = byCode.get(file.code)
    if (same === undefined) byCode.set(file.code, [file])
    else same.push(file)
  }
  const kinds = [...byCode].sort(([, a], [, b]) => b.length - a.length)
  const cut = count > files.length ? `, the first ${grouped(files.length)} by kind` : ''
  const lines = kinds.slice(0, MAX_KINDS).flatMap(([code, some]) => kindLines(code, some))
  return [['set aside', [`${counted(count, 'file')}${cut}`, ...lines]]]
}

type SetAside = IngestReport['quarantined']['files'][number]

function kindLines(code: string, files: readonly SetAside[]): string[] {
  const [first] = files
  const shown = files.slice(0, MAX_FILES_PER_KIND)
  if (shown.every(({ detail }) => detail === first?.detail)) {
    const names = files.map(({ file }) => file)
    return [`  ${grouped(files.length)} ${code}: ${first?.detail ?? ''}`, `    ${listed(names, MAX_FILES_PER_KIND)}`]
  }
  const left = files.length - shown.length
  return [
    `  ${grouped(files.length)} ${code}`,
    ...shown.map(({ file, detail }) => `    ${printable(file, 80)}: ${detail}`),
    ...(left > 0 ? [`    and ${grouped(left)} more`] : []),
  ]
}

function duplicates({ duplicates: { count, groups } }: IngestReport): Section[] {
  if (count === 0) return []
  const shown = groups.slice(0, MAX_GROUPS).map((files) => `  ${listed(files, MAX_NAMES).replaceAll(', ', ' = ')}`)
  const left = groups.length - MAX_GROUPS
  const more = left > 0 ? [`  and ${counted(left, 'more group', 'more groups')}`] : []
  return [['duplicates', [`${counted(count, 'image')} equal to another one`, ...shown, ...more]]]
}

/** What is wrong with a data set as far as counts say it, after what ingest warns of. */
function warningsOf({ classes, imbalance, warnings }: IngestReport): string[] {
  const lonely = (['val', 'test'] as const).flatMap((split) => {
    const names = classes.filter((one) => one[split] === 1).map(({ name }) => name)
    return names.length === 0
      ? []
      : [`a single ${split} image in ${listed(names, MAX_NAMES)}: its recall is 0 or 100 %`]
  })
  const skewed =
    imbalance >= IMBALANCED
      ? [`the largest class has ${imbalance.toFixed(1)} times the training images of the smallest`]
      : []
  return [...new Set([...warnings, ...skewed, ...lonely])]
}
