import { readFileSync } from 'node:fs'
import { AppError } from '../errors.ts'
import { withPolicyFiles } from '../spec/policies.ts'

/** A spec's file as JSON, with the policies from files that it names. @throws AppError `invalid_spec` when one cannot be read, or is no JSON. */
export const readSpec = (path: string): unknown => withPolicyFiles(readJson(path), readJson)

/** A file's JSON. @throws AppError `invalid_spec` */
export function readJson(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('invalid_spec', `${path} cannot be read.`, { cause })
  }
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new AppError('invalid_spec', `${path} is not JSON: ${cause instanceof Error ? cause.message : ''}.`, {
      cause,
    })
  }
}

/** An option of the command line that holds JSON. @throws AppError `invalid_request` */
export function jsonOption(flag: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Said below.
  }
  throw new AppError('invalid_request', `${flag} is ${JSON.stringify(text)}; a JSON object is expected.`)
}
