import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { AppError } from '../errors.ts'
import { reasonOf } from './failure.ts'
import { withFields, type FieldSetting } from './set-fields.ts'

/** What `--set` says on a command line, with the same text for every command that reads a spec. */
export const SET_HELP =
  'a field of the spec, such as budget.epochs=3 or optimizer.name=adamw; the value is JSON, else text; may be repeated'

/** A spec's file, with the policies from files that it names and fields set over it. @throws AppError `invalid_spec` */
export async function readSpec(path: string, settings: readonly FieldSetting[] = []): Promise<unknown> {
  const spec = withFields(await readDocument(path), settings)
  if (!JSON.stringify(spec).includes('"file"')) return spec
  const { policyFiles, withPolicyFiles } = await import('../job-spec/policies.ts')
  const policies = new Map<string, unknown>()
  for (const file of policyFiles(spec)) policies.set(file, await readDocument(file))
  return withPolicyFiles(spec, (file) => policies.get(file))
}

/** A file of JSON, or of YAML as its name or `-` for standard input has it. @throws AppError `invalid_spec` when it cannot be read, or is neither */
export async function readDocument(path: string): Promise<unknown> {
  const name = path === '-' ? 'Standard input' : path
  const text = await (path === '-' ? buffer(process.stdin).then(String) : readFile(path, 'utf8')).catch(
    (cause: unknown) => {
      throw new AppError('invalid_spec', reasonOf(cause, name), { cause })
    },
  )
  const content = text.replace(/^\uFEFF/, '')
  const isYaml = /\.ya?ml$/i.test(path) || (path === '-' && content.trim() !== '' && !/^\s*[[{]/.test(content))
  return isYaml ? fromYaml(content, name) : fromJson(content, name)
}

/** A file's object. @throws AppError `invalid_spec` */
export async function readObject(
  path: string,
  settings: readonly FieldSetting[] = [],
): Promise<Record<string, unknown>> {
  return requireObject(withFields(await readDocument(path), settings), path)
}

/** A spec's object. @throws AppError `invalid_spec` */
export async function readSpecObject(
  path: string,
  settings: readonly FieldSetting[] = [],
): Promise<Record<string, unknown>> {
  return requireObject(await readSpec(path, settings), path)
}

function requireObject(value: unknown, path: string): Record<string, unknown> {
  if (isObject(value)) return value
  throw new AppError('invalid_spec', `${path === '-' ? 'Standard input' : path} holds no JSON object.`)
}

function fromJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new AppError('invalid_spec', `${name} is not JSON: ${jsonMistake(text, cause)}.`, { cause })
  }
}

/** YAML 1.2, whose values JSON has too. */
async function fromYaml(text: string, name: string): Promise<unknown> {
  const { parse, YAMLParseError } = await import('yaml')
  try {
    return parse(text, { maxAliasCount: 100, prettyErrors: true }) as unknown
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    const what = cause instanceof YAMLParseError ? (cause.message.split('\n', 1)[0] ?? '') : cause.message
    throw new AppError('invalid_spec', `${name} is not YAML: ${what.replace(/:$/, '')}.`, { cause })
  }
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
