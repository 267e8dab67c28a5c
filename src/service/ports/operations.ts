import type { JobState } from '../job-states.ts'

/** Bounds of how long queued jobs have waited, seconds; the last part is open. */
export const WAITED_BOUNDS = [60, 600, 3600, 86_400] as const

/** What an operator asks of the whole service. No team, person or job is named. */
export interface OperationsSnapshot {
  /** Jobs that have not ended; `blocked` are queued ones that run after others. */
  jobs: { state: JobState | 'blocked'; count: number }[]
  /** Of the last hour, by the code of their reason, which is empty where they have none. */
  ended: { state: JobState; reason: string; count: number }[]
  /** Attempts that ended in the last hour, by the state that their job went to, or `lost` where the worker was. */
  attempts: { outcome: string; reason: string; count: number }[]
  queue: {
    /** Jobs by how long they have waited, in the parts between `WAITED_BOUNDS`. */
    waited: number[]
    oldestSeconds: number
    teams: number
  }
  /** Jobs whose worker did not renew their lease and that no other has taken. */
  expiredLeases: number
  /** Data sets that are to be read or are being read. */
  datasets: { state: string; count: number }[]
  /** Workers that are registered and alive. */
  workers: number
}

/** Connections of this process to the database. */
export interface ConnectionUse {
  /** `team`: as the role of the API; `service`: as the role that sees every team's rows. */
  role: 'team' | 'service'
  busy: number
  idle: number
  /** Queries that wait for a connection. */
  waiting: number
  max: number
}

export interface OperationsStore {
  operations(): Promise<OperationsSnapshot>
  /** How many workers are registered and alive. */
  registeredWorkers(): Promise<number>
  connections(): ConnectionUse[]
}
