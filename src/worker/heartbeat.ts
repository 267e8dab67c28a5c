import type { Logger } from 'pino'
import { leaseLosses } from './worker-metrics.ts'

const MAX_BEAT_MS = 2000
/** Beats within a lease: so many may fail before it runs out. */
const BEATS_PER_LEASE = 5

/** Renews a lease until stopped; `beat` says whether it is still held. */
export function startHeartbeat(
  beat: () => Promise<boolean>,
  { onLost, log, leaseMs }: { onLost: () => void; log: Logger; leaseMs: number },
): () => void {
  const everyMs = Math.min(MAX_BEAT_MS, leaseMs / BEATS_PER_LEASE)
  let stopped = false
  let timer: NodeJS.Timeout
  const tick = async (): Promise<void> => {
    try {
      if (!(await beat()) && !stopped) {
        leaseLosses.inc()
        onLost()
        return
      }
    } catch (error) {
      log.warn({ event: 'heartbeat_failed', error: error instanceof Error ? error.message : String(error) })
    }
    if (!stopped) timer = setTimeout(() => void tick(), everyMs)
  }
  timer = setTimeout(() => void tick(), everyMs)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
