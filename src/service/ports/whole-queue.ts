import type { ShortNeeds } from '../job-needs.ts'
import type { PageRequest } from './caller.ts'
import type { TeamInQueue } from './fair-share.ts'

/** A team that waits or runs, as operators see it. `queued` are its jobs that may be claimed as things are. */
export interface QueueTeam extends Omit<TeamInQueue, 'own'> {
  id: string
  name: string
  suspended: boolean
}

/** A queued job. */
export interface WaitingJob {
  id: string
  name: string
  team: string
  priority: number
  createdAt: Date
  waitedSeconds: number
  /** Of a job that is tried again after a failure: how long it waits before it may run. */
  notBeforeSeconds: number
  /** It runs after others. */
  blocked: boolean
  resources: ShortNeeds
  /** Whether a worker could run it that is registered, alive and claims jobs. */
  served: boolean
  /** Place among those of its team that may be claimed, from 0; null for one that may not. */
  place: number | null
}

/** Which jobs are on a page: those with places, and then the oldest of those that have none. */
export interface JobsOnPage {
  places: readonly { team: string; place: number }[]
  /** How many jobs of each team have a turn, on this page or another. */
  withTurn: Readonly<Record<string, number>>
  others: { skip: number; limit: number }
}

/** A page of the queue, as of one moment. */
export interface QueueOfAll {
  teams: QueueTeam[]
  jobs: WaitingJob[]
  /** Queued jobs in all. */
  waiting: number
  now: Date
  nextCursor: string | null
}

/** What waits, of every team. */
export interface WholeQueue {
  /** @param choose the jobs of the page, by the teams */
  wholeQueue(
    page: PageRequest,
    choose: (teams: readonly QueueTeam[], bounds: { skip: number; limit: number }) => JobsOnPage,
  ): Promise<QueueOfAll>
}
