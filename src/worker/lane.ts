import { laneBusy } from './worker-metrics.ts'

/** How long a free lane waits for a message before it looks for work by itself: messages can be lost, and retries come due. */
const LOOK_EVERY_MS = 1000
const AFTER_FAILURE_MS = 2000

export interface Lane {
  /** There may be work. */
  wake(): void
  /** Ends when what is running has ended; nothing new is started. */
  stop(): Promise<void>
}

/**
 * Does one thing after the other: claims the next one, works on it, and looks again; when there is none, it waits to be woken.
 * @param name of its kind of work, in the metrics
 * @param next what is to be done next, or undefined
 */
export function startLane<Work>({
  name,
  next,
  work,
  onError,
}: {
  name: string
  next: () => Promise<Work | undefined>
  work: (claimed: Work) => Promise<void>
  onError: (error: unknown) => void
}): Lane {
  let stopped = false
  let woken = false
  let wakeUp = (): void => undefined
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const run = async (): Promise<void> => {
    while (!stopped) {
      woken = false
      try {
        const claimed = await next()
        if (claimed !== undefined) {
          laneBusy.inc({ lane: name })
          await work(claimed).finally(() => laneBusy.dec({ lane: name }))
          continue
        }
        // A message that came while it looked may be of something newer.
        if (!woken && !stopped) await sleep(LOOK_EVERY_MS)
      } catch (error) {
        onError(error)
        if (!stopped) await sleep(AFTER_FAILURE_MS)
      }
    }
  }
  const running = run()
  return {
    wake() {
      woken = true
      wakeUp()
    },
    async stop() {
      stopped = true
      wakeUp()
      await running
    },
  }
}
