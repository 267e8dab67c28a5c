import type { Logger } from 'pino'
import type { NewWorker, WorkerStore } from '../service/ports/workers.ts'
import type { WorkerState } from '../service/worker-resources.ts'
import { startHeartbeat } from './heartbeat.ts'

/** How long the database counts a worker as alive that has not renewed its registration (`ALIVE_MS` of the store). */
const ALIVE_MS = 15_000

export interface Registration {
  /** As of the last heartbeat. */
  readonly state: WorkerState
  /** Settles when the worker is to end once its work has ended. */
  readonly draining: Promise<void>
  /** Takes it back. */
  remove(): Promise<void>
}

/** Registers a worker, and renews that. A row that was removed, such as of a process that was stopped for long, is written again in the state that it had. */
export async function register(
  store: Pick<WorkerStore, 'registerWorker' | 'renewWorker' | 'removeWorker'>,
  worker: NewWorker,
  { log, begins = 'active' }: { log: Logger; begins?: WorkerState },
): Promise<Registration> {
  await store.registerWorker(worker, begins)
  let state: WorkerState = begins
  let drain = (): void => undefined
  const draining = new Promise<void>((resolve) => (drain = resolve))
  const renew = async (): Promise<true> => {
    const told = await store.renewWorker(worker.id)
    if (told === undefined) await store.registerWorker(worker, state)
    else if (told !== state) {
      log.info({ event: 'worker_state_changed', workerId: worker.id, from: state, to: told })
      state = told
      if (state === 'draining') drain()
    }
    return true
  }
  const stop = startHeartbeat(renew, { onLost: () => undefined, log, leaseMs: ALIVE_MS })
  return {
    get state() {
      return state
    },
    draining,
    async remove() {
      stop()
      await store.removeWorker(worker.id)
    },
  }
}
