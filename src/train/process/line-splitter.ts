import { StringDecoder } from 'node:string_decoder'
import type { OutputListener, ProcessOutput } from './output.ts'

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

type OnLine = (stream: Parameters<OutputListener>[0], line: string) => void

/** Splits both streams of a process. */
export function streamSplitter(onLine: OnLine): { write: OutputListener; end(): void } {
  const splitter = (stream: Parameters<OnLine>[0]) => lineSplitter((line) => onLine(stream, line))
  const streams = { stdout: splitter('stdout'), stderr: splitter('stderr') }
  return {
    write: (stream, chunk) => streams[stream].write(chunk),
    end() {
      streams.stdout.end()
      streams.stderr.end()
    },
  }
}

/** Gives all lines that a process prints. @returns when both streams have ended */
export function eachLine(output: ProcessOutput, onLine: OnLine): Promise<void> {
  const { write, end } = streamSplitter(onLine)
  output.listen(write)
  return output.ended.then(end)
}
