import type { Logger } from 'pino'

export const LEASE_MS = 30_000
const BEAT_MS = 2000

/** Renews a lease until stopped; `beat` says whether it is still held. */
export function startHeartbeat(
  beat: () => Promise<boolean>,
  { onLost, log }: { onLost: () => void; log: Logger },
): () => void {
  let stopped = false
  let timer: NodeJS.Timeout
  const tick = async (): Promise<void> => {
    try {
      if (!(await beat()) && !stopped) {
        onLost()
        return
      }
    } catch (error) {
      log.warn({ event: 'heartbeat_failed', error: error instanceof Error ? error.message : String(error) })
    }
    if (!stopped) timer = setTimeout(() => void tick(), BEAT_MS)
  }
  timer = setTimeout(() => void tick(), BEAT_MS)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
