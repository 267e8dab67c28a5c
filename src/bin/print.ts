import { invocation } from './invocation.ts'
import { styled } from './style.ts'

interface Printed {
  /** What `--json` prints. */
  value: unknown
  /** What a person reads. */
  text: string | (() => string)
  /** What `--quiet` prints, a line each: ids and paths, which another command takes. */
  ids?: readonly string[]
}

/** Prints what a command found or made, on standard output, as its options say. */
export function show({ value, text, ids = [] }: Printed): void {
  const { json, quiet } = invocation
  process.stdout.write(
    json
      ? `${JSON.stringify(value, null, 2)}\n`
      : quiet
        ? ids.map((id) => `${id}\n`).join('')
        : typeof text === 'string'
          ? text
          : text(),
  )
}

/** Says something beside the result, on standard error; not with `--quiet`. */
export function note(text: string): void {
  if (!invocation.quiet) process.stderr.write(`${text}\n`)
}

/** Warns, on standard error, also with `--quiet`. */
export function warn(text: string): void {
  process.stderr.write(`${styled('yellow', 'warning:', process.stderr)} ${text}\n`)
}
