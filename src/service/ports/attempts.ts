import type { Attempt } from '../attempt-resources.ts'
import type { Page } from '../resources.ts'
import type { PageRequest } from './caller.ts'

export interface AttemptStore {
  /** Newest first. */
  attempts(jobId: string, page: PageRequest): Promise<Page<Attempt>>
}
