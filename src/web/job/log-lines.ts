import type { LogLine } from '../shared/log-lines.ts'

const LEVEL = /\b(?:error|fatal|warn(?:ing)?)\b/i

/** Of a line as it says itself: what is printed has no levels. */
export function levelOf({ text }: Pick<LogLine, 'text'>): 'error' | 'warning' | undefined {
  const word = LEVEL.exec(text)?.[0].toLowerCase()
  if (word === undefined) return undefined
  return word.startsWith('warn') ? 'warning' : 'error'
}

export interface LogFilter {
  text: string
  stream: string
  level: string
}

export function matches(line: LogLine, { text, stream, level }: LogFilter): boolean {
  if (stream !== '' && line.stream !== stream) return false
  const own = level === '' ? undefined : levelOf(line)
  if (level === 'error' && own !== 'error') return false
  if (level === 'warning' && own === undefined) return false
  return text === '' || line.text.toLowerCase().includes(text.toLowerCase())
}
