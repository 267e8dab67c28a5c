const MAX_LENGTH = 2000
/** Folders of a machine; what else begins with a slash is a pointer into a spec. */
const ROOTS =
  'app|bin|blobs|boot|data|dev|etc|home|lib|lib64|media|mnt|opt|private|proc|root|run|sbin|srv|sys|tmp|usr|Users|var|work|workspace'
const PATH = new RegExp(`(?:file://|(?<![\\w.-]))/(?:${ROOTS})(?:/[^\\s/'"\`:,;()]*)+`, 'g')

/** What may be told of a failure to the team whose job it is: its message, with no stack trace, and with files by their names alone. */
export function publicText(text: string): string {
  const trace = text.search(/\n\s{1,16}at\s/)
  const message = trace < 0 ? text : text.slice(0, trace)
  return message
    .slice(0, MAX_LENGTH)
    .replace(PATH, (path) => path.slice(path.lastIndexOf('/') + 1) || 'a folder')
    .replaceAll(/\p{Surrogate}|\0/gu, '\ufffd')
}
