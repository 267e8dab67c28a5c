import { AppError } from '../../errors.ts'
import type { SourceLimits } from '../source/budget.ts'
import { printable } from '../text.ts'

/**
 * Refuses classes that are too many, or whose names are too long, one by one or together.
 * @throws AppError `dataset_layout` that names the class and the bound.
 */
export function requireClasses(
  names: readonly string[],
  { classes, classNameLength, classNameBytes }: Pick<SourceLimits, 'classes' | 'classNameLength' | 'classNameBytes'>,
): void {
  if (names.length > classes)
    throw new AppError('dataset_layout', `The data set has ${names.length} classes; at most ${classes} are allowed.`)
  const long = names.find((name) => name.length > classNameLength)
  if (long !== undefined)
    throw new AppError(
      'dataset_layout',
      `The name of class ${printable(long, 80)} has ${long.length} characters; at most ${classNameLength} are allowed.`,
    )
  const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(name), 0)
  if (bytes > classNameBytes)
    throw new AppError(
      'dataset_layout',
      `The class names have ${bytes} bytes together, the first being ${printable(names[0] ?? '', 80)}; at most ${classNameBytes} are allowed.`,
    )
}
