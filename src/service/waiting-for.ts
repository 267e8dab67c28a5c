import { needsText, shortened, type Needs } from './job-needs.ts'
import type { Candidates, WorkerStore } from './ports/workers.ts'
import type { WaitingFor } from './scheduling-resources.ts'

/** What a job has to wait for that no worker can run as things are; null where one can. */
export async function waitingFor(store: Pick<WorkerStore, 'candidates'>, resources: Needs): Promise<WaitingFor | null> {
  const found = await store.candidates(shortened(resources))
  return found.active > 0 ? null : { resources, workers: found.workers, detail: detailOf(found, needsText(resources)) }
}

/** What a job will run on; undefined where no worker is there that could run it, and so none tells. */
export async function deviceFor(
  store: Pick<WorkerStore, 'candidates'>,
  resources: Needs,
): Promise<'cpu' | 'cuda' | undefined> {
  if (resources.device !== 'auto') return resources.device === 'gpu' ? 'cuda' : 'cpu'
  const { able, withGpu } = await store.candidates(shortened(resources))
  if (able === 0) return undefined
  return withGpu === able ? 'cuda' : 'cpu'
}

function detailOf({ workers, able }: Candidates, needed: string): string {
  if (able > 0) return `Every worker ${needed} is cordoned: the job waits until one is not, or for another.`
  if (workers === 0) return `No worker is registered: the job waits for one ${needed}.`
  const none = workers === 1 ? 'The only registered worker is not' : `None of the ${workers} registered workers is`
  return `${none} one ${needed}: the job waits for such a worker.`
}
