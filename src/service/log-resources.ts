import Type, { type Static } from 'typebox'

export const LogLine = Type.Object({
  id: Type.String({ description: 'Grows along the log, over attempts; `after` and `Last-Event-ID` take it.' }),
  attempt: Type.Integer(),
  at: Type.String({ format: 'date-time' }),
  stream: Type.Union([Type.Literal('stdout'), Type.Literal('stderr'), Type.Literal('anneal')], {
    description: '`anneal`: what the worker notes, such as warnings of training, and where lines were cut.',
  }),
  text: Type.String(),
})
export type LogLine = Static<typeof LogLine>

/** A place in a log: the line `number`, from 0, of an attempt. */
export interface LinePlace {
  attempt: number
  number: number
}

const LINES_PER_ATTEMPT = 10_000_000_000n

/** Ids of lines: numbers in the order of the log. */
export const lineId = {
  format: ({ attempt, number }: LinePlace): string => String(BigInt(attempt) * LINES_PER_ATTEMPT + BigInt(number + 1)),
  /** The place of a line, or the start for 0. */
  parse(id: string): LinePlace {
    const value = BigInt(id)
    return { attempt: Number(value / LINES_PER_ATTEMPT), number: Number(value % LINES_PER_ATTEMPT) - 1 }
  },
}

export type LogStream = LogLine['stream']

/** A line as it is stored. */
export interface StoredLine {
  atMs: number
  stream: LogStream
  text: string
}

/** Lines as a text with one JSON document per line. */
export const storedText = (lines: readonly StoredLine[]): string =>
  lines.map(({ atMs, stream, text }) => `${JSON.stringify([atMs, stream, text])}\n`).join('')

/** The lines of a stored text, the first of which has the number. */
export function linesOf(stored: string, { attempt, number }: LinePlace): LogLine[] {
  const lines: LogLine[] = []
  for (const json of stored.split('\n')) {
    if (json === '') continue
    const [atMs, stream, text] = JSON.parse(json) as [number, LogStream, string]
    const id = lineId.format({ attempt, number: number + lines.length })
    lines.push({ id, attempt, at: new Date(atMs).toISOString(), stream, text })
  }
  return lines
}

/** Whether lines contain a text. */
export function containing(search: string | undefined): (line: LogLine) => boolean {
  if (search === undefined) return () => true
  const wanted = search.toLowerCase()
  return ({ text }) => text.toLowerCase().includes(wanted)
}
