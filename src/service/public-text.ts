import { stripVTControlCharacters } from 'node:util'
import type { Reason } from './resources.ts'

const MAX_LENGTH = 2000
/** Folders of a machine; what else begins with a slash is a pointer into a spec. */
const ROOTS =
  'app|bin|blobs|boot|data|dev|etc|home|lib|lib64|media|mnt|opt|private|proc|root|run|sbin|srv|sys|tmp|usr|Users|var|work|workspace'
const PATH = new RegExp(`(?:file://|(?<![\\w.-]))/(?:${ROOTS})(?:/[^\\s/'"\`:,;()]*)+`, 'g')

/**
 * What may be told of a failure to the team whose job it is: its message, with no stack trace, with files by their names alone, and in
 * characters that the database takes: UTF-8 has no lone surrogates, and jsonb no NUL.
 * @param folders of this machine, which may lie anywhere: paths in them begin with …
 */
export function publicText(text: string, folders: readonly string[] = []): string {
  const trace = text.search(/\n\s{1,16}at\s/)
  let message = trace < 0 ? text : text.slice(0, trace)
  for (const folder of folders) if (folder.length > 1) message = message.replaceAll(folder, '…')
  return message
    .slice(0, MAX_LENGTH)
    .replace(PATH, (path) => path.slice(path.lastIndexOf('/') + 1) || 'a folder')
    .replaceAll(/\p{Surrogate}|\0/gu, '\ufffd')
}

/** What may be shown of a line that a process printed: files by their names alone, and characters that databases and terminals take. */
export function publicLine(text: string, folders: readonly string[] = []): string {
  let line = stripVTControlCharacters(text)
  for (const folder of folders) if (folder.length > 1) line = line.replaceAll(folder, '…')
  return line
    .replace(PATH, (path) => path.slice(path.lastIndexOf('/') + 1) || 'a folder')
    .replaceAll('\t', '  ')
    .replaceAll(/[\p{Cc}\p{Surrogate}]+/gu, '\ufffd')
}

/** A reason as teams read it: what happened, and nothing of the machine. */
export const publicReason = (reason: Reason, folders: readonly string[] = []): Reason => ({
  ...reason,
  detail: publicText(reason.detail, folders),
})
