/** An event of a trace of Chromium; times in microseconds. */
export interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur?: number
  args?: { data?: Record<string, unknown>; name?: string }
}

export interface Figures {
  firstContentfulPaintMs: number
  largestContentfulPaintMs: number
  /** Of each task of the main thread what is over 50 ms, from the first paint on. */
  totalBlockingMs: number
  /** The sum of the scores of shifts that no input has caused. */
  layoutShift: number
  transferredBytes: number
}

const LONG_TASK_MS = 50

/** What Lighthouse reads off a trace. @see https://web.dev/articles/user-centric-performance-metrics */
export function figuresOf(events: readonly TraceEvent[], address: string): Omit<Figures, 'transferredBytes'> {
  const idOf = ({ args }: TraceEvent): unknown => args?.data?.['navigationId']
  // Whoever began the navigation may not have known its address yet: what was painted knows which one it was.
  const painted = events.findLast(({ name }) => name === 'largestContentfulPaint::Candidate')
  const start = events.find(
    (event) => event.name === 'navigationStart' && painted !== undefined && idOf(event) === idOf(painted),
  )
  if (start === undefined) throw new Error(`The trace has no navigation to ${address}.`)
  const { pid, ts } = start
  const ours = events.filter((event) => event.pid === pid && event.ts >= ts)
  const since = (event: TraceEvent | undefined): number => (event === undefined ? NaN : (event.ts - ts) / 1000)
  const firstPaint = ours.find((event) => event.name === 'firstContentfulPaint' && idOf(event) === idOf(start))
  const shifts = ours.filter(({ name, args }) => name === 'LayoutShift' && args?.data?.['had_recent_input'] !== true)
  const main = events.find(
    (event) => event.pid === pid && event.name === 'thread_name' && event.args?.name === 'CrRendererMain',
  )
  const long = ours.filter(
    ({ name, tid, dur = 0, ts: at }) =>
      name.endsWith('RunTask') && tid === main?.tid && dur / 1000 > LONG_TASK_MS && at >= (firstPaint?.ts ?? ts),
  )
  return {
    firstContentfulPaintMs: since(firstPaint),
    largestContentfulPaintMs: since(ours.findLast(({ name }) => name === 'largestContentfulPaint::Candidate')),
    totalBlockingMs: long.reduce((sum, { dur = 0 }) => sum + dur / 1000 - LONG_TASK_MS, 0),
    layoutShift: shifts.reduce((sum, { args }) => sum + Number(args?.data?.['weighted_score_delta'] ?? 0), 0),
  }
}
