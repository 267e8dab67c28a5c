import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { isEnded, mayBe, type JobSummary } from '../shared/jobs.ts'

export type BulkAction = components['schemas']['BatchRequest']['action']
export type BulkResult = components['schemas']['BatchResult']

/** Jobs that the service takes in one call. */
const MAX_PER_CALL = 100

/** The same for all of them, in as many calls as it needs. */
export async function batch(action: BulkAction, ids: readonly string[], tags?: string[]): Promise<BulkResult[]> {
  const results: BulkResult[] = []
  for (let start = 0; start < ids.length; start += MAX_PER_CALL) {
    const part = ids.slice(start, start + MAX_PER_CALL)
    const body = { action, ids: part, ...(tags === undefined ? {} : { tags }) }
    const { data: done } = await data(api.POST('/v1/jobs:batch', { body }))
    results.push(...done)
  }
  return results
}

/** How many of the jobs an action is for, as they are now. */
export const countFor = (action: BulkAction, jobs: readonly JobSummary[]): number =>
  jobs.filter((job) => {
    if (action === 'tag' || action === 'untag') return true
    return action === 'delete' ? isEnded(job) : mayBe(action, job.state)
  }).length

interface BulkText {
  name: string
  /** Where it is asked about first: what happens. */
  question?: string
  danger?: boolean
}

export const BULK: Readonly<Record<Exclude<BulkAction, 'tag' | 'untag'>, BulkText>> = {
  pause: { name: 'Pause' },
  resume: { name: 'Resume' },
  retry: { name: 'Retry' },
  stop: {
    name: 'Stop',
    question: 'Training ends after the current step. The weights so far are evaluated and kept, with a report.',
  },
  cancel: {
    name: 'Cancel',
    question: 'The jobs end at once, without a report. Checkpoints that they have written are kept.',
    danger: true,
  },
  delete: {
    name: 'Delete',
    question: 'The jobs go to the trash with their metrics, checkpoints and reports. Jobs that have not ended refuse.',
    danger: true,
  },
}
