import type { ChangedBy } from './ports/audit.ts'
import type { PageRequest } from './ports/caller.ts'
import type { WorkerStore } from './ports/workers.ts'
import { requireFound } from './require-found.ts'
import type { Page } from './resources.ts'
import { WORKER_ACTIONS, type Worker, type WorkerAction } from './worker-resources.ts'

/** Workers, for operators. */
export function workerService({ store }: { store: WorkerStore }) {
  return {
    workers: (page: PageRequest): Promise<Page<Worker>> => store.workers(page),
    worker: async (id: string): Promise<Worker> => requireFound(await store.worker(id), 'worker', id),
    /** @throws AppError `not_found`, `wrong_state` */
    requestWorkerAction: (id: string, action: WorkerAction, by: ChangedBy): Promise<Worker> =>
      store.setWorkerState(id, WORKER_ACTIONS[action], by),
  }
}
