import { CommanderError } from 'commander'
import { ApiError } from '../client/api-error.ts'
import { AppError, type ErrorCode, type ErrorDetail } from '../errors.ts'

/** Exit codes of the command: 0 success, and these. */
export const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const

export interface Failure {
  text: string
  exitCode: number
}

/** What is wrong with the command line or the environment rather than with a file, a data set or the service. */
const USAGE: ReadonlySet<ErrorCode> = new Set(['invalid_request', 'config_invalid'])

type SystemError = Error & { code: string; path?: string; dest?: string; port?: number; address?: string }

const SYSTEM: Readonly<Record<string, (at: string, error: SystemError) => string>> = {
  ENOENT: (at) => `${at} does not exist.`,
  EISDIR: (at) => `${at} is a folder; a file is expected.`,
  ENOTDIR: (at) => `${at} is not in a folder: a part of its path is a file.`,
  EACCES: (at) => `${at} cannot be opened: permission denied.`,
  EPERM: (at) => `${at} cannot be changed: the operation is not permitted.`,
  EROFS: (at) => `${at} cannot be written: its file system is read-only.`,
  EEXIST: (at) => `${at} exists already.`,
  ENOTEMPTY: (at) => `${at} is not empty.`,
  ENOSPC: (at) => `${at} cannot be written: no space is left on the disk.`,
  EDQUOT: (at) => `${at} cannot be written: the disk quota is used up.`,
  ENAMETOOLONG: (at) => `${at} is too long a name.`,
  ELOOP: (at) => `${at} is a link that leads in circles.`,
  EMFILE: () => 'Too many files are open; raise the limit with ulimit -n.',
  ENFILE: () => 'The system has too many open files.',
  EADDRINUSE: (_, { port, address }) =>
    `Port ${port ?? ''} of ${address ?? 'this machine'} is in use; set ANNEAL_PORT to another one.`,
  EADDRNOTAVAIL: (_, { address }) => `${address ?? 'The address'} is not an address of this machine; see ANNEAL_HOST.`,
}

/** What fetch throws for what has gone wrong in a call, and after its head has come; the cause says what. */
const FETCH_FAILURES: ReadonlySet<string> = new Set(['fetch failed', 'terminated'])

const isSystemError = (error: Error): error is SystemError =>
  'code' in error && typeof error.code === 'string' && /^(E[A-Z0-9]+|UND_ERR_\w+|ERR_[A-Z_]+)$/.test(error.code)

/** The one place where what went wrong becomes what the command prints and ends with. */
export function failureOf(error: unknown, words: readonly string[] = []): Failure {
  if (error instanceof CommanderError) return usage(error, words)
  if (error instanceof AppError || error instanceof ApiError)
    return { text: described(error.message, error.errors), exitCode: exitCodeOf(error) }
  if (error instanceof Error && isSystemError(error) && isOutside(error))
    return { text: line(systemMessage(error)), exitCode: EXIT.failure }
  if (error instanceof TypeError && FETCH_FAILURES.has(error.message)) return failureOf(error.cause, words)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    text: `error: This is a bug in Anneal, please report it with what follows.\n${stack}\n`,
    exitCode: EXIT.failure,
  }
}

/** Why a file cannot be read or written. */
export function reasonOf(error: unknown, file: string): string {
  if (error instanceof Error && isSystemError(error)) return systemMessage(error, file)
  return error instanceof Error ? error.message : String(error)
}

/** Errors of Node's own argument checks are bugs; those of the system and of the network are not. */
const isOutside = ({ code }: SystemError): boolean => !code.startsWith('ERR_') || code === 'ERR_INVALID_URL'

function exitCodeOf(error: AppError | ApiError): number {
  if (error instanceof ApiError) return EXIT.failure
  if (error.code === 'interrupted') return EXIT.interrupted
  return USAGE.has(error.code) ? EXIT.usage : EXIT.failure
}

const oneLine = (text: string): string =>
  text
    .split('\n')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ')

const line = (text: string): string => `error: ${oneLine(text)}\n`

/** A mistake is in the first line, several in a line each; none is said twice. */
function described(message: string, errors: readonly ErrorDetail[]): string {
  const inMessage = errors.filter(({ detail }) => message.includes(detail))
  const [first] = errors
  if (first === undefined || (errors.length === 1 && inMessage.length === 1)) return line(message)
  const isSummary = inMessage.length === errors.length
  const summary = isSummary ? message.slice(0, message.indexOf(`${first.pointer} ${first.detail}`)) : message
  const listed = isSummary ? errors : errors.filter((detail) => !inMessage.includes(detail))
  return (
    line(summary) + listed.map(({ pointer, detail }) => `  ${pointer === '' ? '/' : pointer}  ${detail}\n`).join('')
  )
}

function systemMessage(error: SystemError, at?: string): string {
  const { code, path, dest, message } = error
  return SYSTEM[code]?.(dest ?? path ?? at ?? 'A file', error) ?? message
}

/** Help and version end well; every other message of the parser is about the command line. */
function usage({ code, exitCode, message }: CommanderError, words: readonly string[]): Failure {
  if (exitCode === 0) return { text: '', exitCode: 0 }
  if (code === 'commander.help') return { text: '', exitCode: EXIT.usage }
  const command = words.find((word) => /^[a-z][a-z-]*$/.test(word))
  const help =
    code === 'commander.unknownCommand' || command === undefined ? 'anneal --help' : `anneal ${command} --help`
  return { text: line(`${message.replace(/^error: /, '')} (see ${help})`), exitCode: EXIT.usage }
}
