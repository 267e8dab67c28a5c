import { StringDecoder } from 'node:string_decoder'

/** Characters of a line at most; what is longer is cut. */
export const MAX_LINE_CHARACTERS = 4000

/** Splits what a process prints into lines, whatever its bytes are; a line that never ends takes no more memory than a long one. */
export function lineSplitter(onLine: (line: string) => void): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const emit = (line: string): void => {
    // Of a progress bar, which writes over itself, the last state counts.
    const states = line.split('\r').filter((state) => state !== '')
    const text = states.at(-1) ?? ''
    onLine(text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)}… (cut)` : text)
  }
  const take = (text: string): void => {
    const lines = text.split('\n')
    for (const [i, line] of lines.entries()) {
      rest = (rest + line.slice(0, MAX_LINE_CHARACTERS + 1)).slice(0, MAX_LINE_CHARACTERS + 1)
      if (i === lines.length - 1) break
      emit(rest)
      rest = ''
    }
  }
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end())
      if (rest !== '') emit(rest)
      rest = ''
    },
  }
}
