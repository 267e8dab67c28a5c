import { AppError } from '../../errors.ts'

/** @param cause what reading a file has thrown */
export const unreadable = (cause: unknown): AppError =>
  new AppError(
    'file_unreadable',
    `The file cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`,
    { cause },
  )

export const tooLarge = (size: number, limit: number): AppError =>
  new AppError('archive_too_large', `The file is ${size} bytes unpacked; at most ${limit} are allowed per file.`)
