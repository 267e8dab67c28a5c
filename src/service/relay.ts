import type { Queue } from './ports/queue.ts'
import type { Store } from './ports/store.ts'

const PAUSE_AFTER_FAILURE_MS = 2000

/**
 * Sends what the outbox holds, at once where it can. One round runs at a time and nobody waits for it: with Redis away or frozen a submission
 * costs no connection of the database, and a worker's round sends the message later.
 */
export function createRelay({ store, queue }: { store: Store; queue: Queue }): () => void {
  let running = false
  let again = false
  let pausedUntil = 0
  const run = async (): Promise<void> => {
    running = true
    try {
      do {
        again = false
        await store.relayOutbox((messages) => queue.send(messages))
      } while (again)
    } catch {
      pausedUntil = performance.now() + PAUSE_AFTER_FAILURE_MS
    } finally {
      running = false
    }
  }
  return () => {
    again = true
    if (!running && performance.now() >= pausedUntil) void run()
  }
}
