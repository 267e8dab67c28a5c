import { readFileSync } from 'node:fs'
import { AppError } from '../errors.ts'
import { withPolicyFiles } from '../job-spec/policies.ts'
import { reasonOf } from './failure.ts'

const STDIN = 0

/** A spec's file as JSON, with the policies from files that it names. @throws AppError `invalid_spec` when one cannot be read, or is no JSON. */
export const readSpec = (path: string): unknown => withPolicyFiles(readJson(path), readJson)

/** A file's JSON, or that of standard input for `-`. @throws AppError `invalid_spec` */
export function readJson(path: string): unknown {
  const name = path === '-' ? 'Standard input' : path
  let text: string
  try {
    text = readFileSync(path === '-' ? STDIN : path, 'utf8')
  } catch (cause) {
    throw new AppError('invalid_spec', reasonOf(cause, name), { cause })
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch (cause) {
    throw new AppError('invalid_spec', `${name} is not JSON: ${jsonMistake(text, cause)}.`, { cause })
  }
}

/** A file's JSON object. @throws AppError `invalid_spec` */
export function readJsonObject(path: string): Record<string, unknown> {
  const value = readJson(path)
  if (isObject(value)) return value
  throw new AppError('invalid_spec', `${path === '-' ? 'Standard input' : path} holds no JSON object.`)
}

/** An option of the command line that holds a JSON object. @throws AppError `invalid_request` */
export function jsonOption(flag: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // Said below.
  }
  throw new AppError('invalid_request', `${flag} is ${JSON.stringify(text)}; a JSON object is expected.`)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is wrong, with its line and column, which the parser gives as an offset or not at all. */
function jsonMistake(text: string, cause: unknown): string {
  if (text.trim() === '') return 'it is empty'
  const message = cause instanceof Error ? cause.message : ''
  const [offset] = /(?<= at position )\d+/.exec(message) ?? []
  const what = message.replace(/ in JSON at position .*$/, '').replaceAll(/\s+/g, ' ')
  if (offset === undefined) return what
  const lines = text.slice(0, Number(offset)).split('\n')
  return `${what} at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}
