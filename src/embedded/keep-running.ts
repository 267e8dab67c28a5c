import { setTimeout } from 'node:timers/promises'

const FIRST_WAIT_MS = 200
const MAX_WAIT_MS = 30_000
/** A process that ran for so long is started again as if it had never ended. */
const STEADY_MS = 60_000

/** A process that is watched. */
interface Watched {
  pid: number | undefined
  exited: Promise<void>
  stop(): Promise<void>
}

export interface KeepRunningOptions<T extends Watched> {
  first: T
  /** Starts another one in its place, at the same address; what the signal stops leaves nothing running, and fails. */
  restart: (signal: AbortSignal) => Promise<T>
  /** Told of an end, a restart, and a restart that failed. */
  onEvent: (event: 'died' | 'restarted' | 'restart_failed', details: { pid?: number; error?: string }) => void
}

/** Starts a process again when it ends, after waits that grow while it keeps ending, until it is stopped. */
export function keepRunning<T extends Watched>({
  first,
  restart,
  onEvent,
}: KeepRunningOptions<T>): {
  current(): T
  stop(): Promise<void>
} {
  let current = first
  let restarting: Promise<unknown> = Promise.resolve()
  const stopping = new AbortController()
  const note = (event: Parameters<typeof onEvent>[0], error?: Error): void =>
    onEvent(event, {
      ...(current.pid === undefined ? {} : { pid: current.pid }),
      ...(error === undefined ? {} : { error: error.message }),
    })

  async function startAgain(failures: number): Promise<void> {
    const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures)
    await setTimeout(waitMs, undefined, { signal: stopping.signal })
    try {
      current = await restart(stopping.signal)
    } catch (error) {
      if (stopping.signal.aborted) return
      note('restart_failed', error instanceof Error ? error : new Error('it does not start'))
      return startAgain(failures + 1)
    }
    note('restarted')
  }

  async function watch(failures: number): Promise<void> {
    const since = performance.now()
    await current.exited
    if (stopping.signal.aborted) return
    note('died')
    const steady = performance.now() - since > STEADY_MS
    restarting = startAgain(steady ? 0 : failures)
    await restarting
    return watch(steady ? 1 : failures + 1)
  }
  watch(0).catch(() => undefined)

  return {
    current: () => current,
    async stop() {
      stopping.abort()
      await restarting.catch(() => undefined)
      await current.stop()
    },
  }
}
