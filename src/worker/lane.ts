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
 * Claims what is next, works on it, and looks again; when there is nothing, or all slots are taken, it waits to be woken. It looks for one
 * thing at a time.
 * One function: the slots of a lane share their state.
 * @param name of its kind of work, in the metrics
 * @param slots things that it works on at a time
 * @param next what is to be done next, or undefined
 */
export function startLane<Work>({
  name,
  slots = 1,
  next,
  work,
  onError,
}: {
  name: string
  slots?: number
  next: () => Promise<Work | undefined>
  work: (claimed: Work) => Promise<void>
  onError: (error: unknown) => void
}): Lane {
  let stopped = false
  let woken = false
  let failed = false
  let wakeUp = (): void => undefined
  const running = new Set<Promise<void>>()
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const fail = (error: unknown): void => {
    failed = true
    onError(error)
  }
  const start = (claimed: Work): void => {
    laneBusy.inc({ lane: name })
    const task = work(claimed)
      .catch(fail)
      .finally(() => {
        laneBusy.dec({ lane: name })
        running.delete(task)
        wake()
      })
    running.add(task)
  }
  const wake = (): void => {
    woken = true
    wakeUp()
  }
  const run = async (): Promise<void> => {
    while (!stopped) {
      woken = false
      if (failed) {
        failed = false
        await sleep(AFTER_FAILURE_MS)
        continue
      }
      const claimed = running.size < slots ? await next().catch(fail) : undefined
      if (claimed !== undefined) start(claimed)
      // A message that came while it looked may be of something newer.
      else if (!woken && !failed && !stopped) await sleep(LOOK_EVERY_MS)
    }
  }
  const loop = run()
  return {
    wake,
    async stop() {
      stopped = true
      wakeUp()
      await loop
      await Promise.all(running)
    },
  }
}
