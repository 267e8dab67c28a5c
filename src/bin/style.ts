import { styleText } from 'node:util'
import type { JobState } from '../service/job-states.ts'
import { invocation } from './invocation.ts'

export type Style = Parameters<typeof styleText>[0]

type Stream = Pick<NodeJS.WriteStream, 'isTTY'>

/** Whether a stream gets colours: as `--color` says, else FORCE_COLOR and NO_COLOR, else where it is a terminal. */
export function hasColor(stream: Stream, environment: NodeJS.ProcessEnv = process.env): boolean {
  if (invocation.color !== 'auto') return invocation.color === 'always'
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = environment
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (refused !== undefined && refused !== '') return false
  return stream.isTTY && terminal !== 'dumb'
}

/** A text in a style, where the stream gets colours. */
export const styled = (style: Style | undefined, text: string, stream: Stream = process.stdout): string =>
  style !== undefined && hasColor(stream) ? styleText(style, text, { validateStream: false }) : text

const OF_STATE: Readonly<Partial<Record<JobState | 'ready' | 'ingesting' | 'importing', Style>>> = {
  running: 'cyan',
  starting: 'cyan',
  finalizing: 'cyan',
  importing: 'cyan',
  ingesting: 'cyan',
  pausing: 'yellow',
  paused: 'yellow',
  stopping: 'yellow',
  stopped: 'yellow',
  succeeded: 'green',
  ready: 'green',
  failed: 'red',
  canceled: 'dim',
}

/** How a state of a job, a sweep or a data set is shown. */
export const stateStyle = (state: string): Style | undefined => OF_STATE[state as keyof typeof OF_STATE]
