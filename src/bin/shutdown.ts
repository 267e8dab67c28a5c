import { setTimeout } from 'node:timers/promises'

/** Something that runs, and how it ends. */
export interface Step<T> {
  begin: () => Promise<T>
  /** Ends it cleanly. */
  stop: (started: T) => Promise<unknown>
  /** How long a clean end may take. */
  withinMs: number
  /** Ends it where that took longer, or at once on a second signal. */
  atOnce?: (started: T) => Promise<unknown>
}

export interface Shutdown {
  readonly stopping: boolean
  /** Begins something that is to be ended with the process, also when the signal comes while it begins. */
  start<T>(step: Step<T>): Promise<T>
  /** Ends everything, what began last first. */
  run(): Promise<void>
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
/** What is begun just then is waited for no longer than this. */
const MAX_BEGIN_MS = 3000

/**
 * Ends the process within the sum of its steps' times on SIGINT, SIGTERM and SIGHUP, with exit code 0, and with 1 after an error that
 * nobody handles, unless `process.exitCode` says another. A second signal skips the clean ends.
 */
export function endOnSignals(say: (error: unknown) => void): Shutdown {
  const steps: (() => Promise<void>)[] = []
  const hurry = new AbortController()
  let ending: Promise<void> | undefined

  const run = (): Promise<void> =>
    (ending ??= (async () => {
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) await step()
    })())

  const shutdown: Shutdown = {
    get stopping() {
      return ending !== undefined
    },
    start(step) {
      if (ending !== undefined) return new Promise(() => undefined)
      const begun = step.begin()
      steps.push(() => end(begun, step, { hurry: hurry.signal, say }))
      return begun
    },
    run,
  }
  let exitCode = 0
  const exit = (): never => process.exit(exitCode || Number(process.exitCode ?? 0))
  for (const [signal, hurriedCode] of Object.entries(SIGNALS))
    process.on(signal, () => {
      if (ending !== undefined) {
        exitCode ||= hurriedCode
        hurry.abort()
      }
      void run().then(exit)
    })
  const fail = (error: unknown): void => {
    say(error)
    exitCode = 1
    void run().then(exit)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  return shutdown
}

/** Ends a step cleanly, or at once where that takes too long or is to be hurried. */
async function end<T>(
  begun: Promise<T>,
  { stop, withinMs, atOnce }: Step<T>,
  { hurry, say }: { hurry: AbortSignal; say: (error: unknown) => void },
): Promise<void> {
  const limit = new AbortController()
  const signal = AbortSignal.any([hurry, limit.signal])
  const tooLong = (ms: number): Promise<'late'> =>
    setTimeout(ms, 'late' as const, { signal }).catch(() => 'late' as const)
  const started = await Promise.race([
    begun.then(
      (value) => ({ value }),
      () => undefined,
    ),
    setTimeout(MAX_BEGIN_MS),
  ])
  if (started === undefined) return
  const { value } = started
  const ended = stop(value).then(
    () => 'ended' as const,
    (error: unknown) => {
      say(error)
      return 'late' as const
    },
  )
  const outcome = hurry.aborted ? 'late' : await Promise.race([ended, tooLong(withinMs)])
  limit.abort()
  if (outcome === 'late') await atOnce?.(value).catch(say)
}
