import type { IngestReport } from '../job-spec/ingest-report.ts'
import { SPLITS } from '../job-spec/splits.ts'
import { fit, grouped, widthOf } from './text-columns.ts'

type Class = IngestReport['classes'][number]

const MAX_CLASSES = 20
const FIRST_SHOWN = 8
const SMALLEST_SHOWN = 5
const COUNT_COLUMNS = 9
const MAX_NAME_COLUMNS = 32
const MIN_NAME_COLUMNS = 10
const MAX_BAR_COLUMNS = 20
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** Images per class and split, with a bar for those to train on; of many classes, the first and the smallest. */
export function classTable(classes: readonly Class[], columns: number): string[] {
  const { shown, left, smallest } = selected(classes)
  const room = columns - SPLITS.length * COUNT_COLUMNS
  const longest = Math.max(...[...shown, ...smallest].map(({ name }) => widthOf(name)))
  const nameColumns = Math.min(Math.max(longest, MIN_NAME_COLUMNS), MAX_NAME_COLUMNS, room)
  const barColumns = Math.min(MAX_BAR_COLUMNS, room - nameColumns - 2)
  const largest = Math.max(1, ...classes.map(({ train }) => train))
  const row = (name: string, counts: readonly string[], end = ''): string =>
    [fit(name, nameColumns), ...counts.map((count) => count.padStart(COUNT_COLUMNS)), end].join('').trimEnd()
  const rowOf = (one: Class): string =>
    row(
      one.name,
      SPLITS.map((split) => grouped(one[split])),
      barColumns > 0 ? `  ${bar((one.train / largest) * barColumns)}` : '',
    )
  return [
    row('class', SPLITS),
    ...shown.map(rowOf),
    ...(smallest.length === 0 ? [] : [`${grouped(left)} more, the smallest of them:`]),
    ...smallest.map(rowOf),
  ]
}

function selected(classes: readonly Class[]): { shown: readonly Class[]; left: number; smallest: readonly Class[] } {
  if (classes.length <= MAX_CLASSES) return { shown: classes, left: 0, smallest: [] }
  const rest = classes.slice(FIRST_SHOWN)
  const smallest = [...rest].sort((a, b) => a.train - b.train).slice(0, SMALLEST_SHOWN)
  return { shown: classes.slice(0, FIRST_SHOWN), left: rest.length, smallest }
}

function bar(length: number): string {
  const whole = Math.floor(length)
  return '█'.repeat(whole) + (EIGHTHS[Math.floor((length - whole) * 8)] ?? '')
}
