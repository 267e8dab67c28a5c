import { AppError } from '../../errors.ts'
import { isStorable, printable } from '../text.ts'
import { className } from './class-names.ts'
import type { SetAside } from './layout.ts'
import { indicated, type Columns } from './table-columns.ts'

/** What programs write for a missing value. */
const MISSING = new Set(['nan', 'NaN', 'NAN', '<NA>', 'NaT', '#N/A', 'None', 'null', 'NULL'])
const MAX_SHOWN = 80

/**
 * The class that a row of a table names, or why it names none.
 * @throws AppError `dataset_layout` for a name that cannot be stored.
 */
export function rowLabel(values: readonly string[], columns: Columns, where: string): string | SetAside {
  const text = columns.label === undefined ? undefined : (values[columns.label] ?? '')
  const names = text === undefined ? indicatedClasses(values, columns) : namesIn(text, where)
  const [name = ''] = names
  if (names.length > 1)
    return {
      code: 'label_multiple',
      detail: `${where} gives the image several classes (${printable(names.join(', '), MAX_SHOWN)}); one class per image is expected.`,
    }
  if (name === '') return { code: 'label_missing', detail: `${where} has no label: the image has no class.` }
  if (MISSING.has(text ?? name))
    return {
      code: 'label_missing',
      detail: `${where} has ${name} as its label, which is read as a missing value and not as a class; write ["${name}"] if it is one.`,
    }
  if (!isStorable(name))
    throw new AppError(
      'dataset_layout',
      `${where}: the class name ${printable(name, MAX_SHOWN)} has control characters or broken Unicode.`,
    )
  return className(name)
}

const indicatedClasses = (values: readonly string[], { classes }: Columns): string[] =>
  classes.filter(({ index }) => indicated(values[index] ?? '') === true).map(({ name }) => name)

/**
 * A class name as a label that `rowLabel` reads as this name: names that would be read in another way, such as `nan`, or with two spaces, become
 * a list in JSON.
 */
export function labelOf(name: string): string {
  const isPlain = !MISSING.has(name) && !/^[[{]/.test(name) && name.replaceAll(/\s+/g, ' ') === name
  return isPlain ? name : JSON.stringify([name])
}

/** A label as text; those of Label Studio with several choices, and of JSON with a list, are JSON. */
function namesIn(text: string, where: string): string[] {
  if (!text.startsWith('{') && !text.startsWith('[')) return [text.replaceAll(/\s+/g, ' ')]
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return [text]
  }
  const choices: unknown = typeof value === 'object' && value !== null && 'choices' in value ? value.choices : value
  if (!Array.isArray(choices) || !choices.every((choice) => typeof choice === 'string'))
    throw new AppError('dataset_layout', `${where}: \`label\` must be a class name, not ${printable(text, MAX_SHOWN)}.`)
  return choices
}
