import type { ChildProcess } from 'node:child_process'

/** Of what a process prints before anybody listens. */
const MAX_EARLY_BYTES = 100_000
const LAST_CHARACTERS = 4000

export type OutputListener = (stream: 'stdout' | 'stderr', chunk: Buffer) => void

/** What a process prints. */
export interface ProcessOutput {
  /** Gives what it printed so far, and then what it prints. */
  listen(listener: OutputListener): void
  /** Its last characters. */
  last(): string
  /** Once both streams have ended. */
  readonly ended: Promise<void>
}

/** Reads what a process prints, so that it never waits for its reader. */
export function collectOutput(child: ChildProcess): ProcessOutput {
  const early: Parameters<OutputListener>[] = []
  let earlyBytes = 0
  let last = ''
  let listener: OutputListener | undefined
  const streams = (['stdout', 'stderr'] as const).map((name) => {
    const stream = child[name]
    stream?.on('data', (chunk: Buffer) => {
      last = (last + chunk.toString('utf8')).slice(-LAST_CHARACTERS)
      if (listener !== undefined) listener(name, chunk)
      else if (earlyBytes < MAX_EARLY_BYTES) {
        earlyBytes += chunk.byteLength
        early.push([name, chunk])
      }
    })
    return new Promise<void>((resolve) => {
      if (stream === null) resolve()
      else stream.once('close', resolve)
    })
  })
  return {
    listen(given) {
      listener = given
      for (const [name, chunk] of early.splice(0)) given(name, chunk)
    },
    last: () => last,
    ended: Promise.all(streams).then(() => undefined),
  }
}
