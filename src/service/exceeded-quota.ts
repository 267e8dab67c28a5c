import { AppError, type QuotaFacts } from '../errors.ts'
import type { Quota } from './ports/teams.ts'

interface Words {
  what: string
  frees: string
  /** Whether it may become free with nothing done. */
  waitingHelps: boolean
}

const WORDS: Readonly<Record<keyof Quota, Words>> = {
  runningJobs: { what: 'running jobs', frees: 'wait until some have ended', waitingHelps: true },
  queuedJobs: {
    what: 'queued and paused jobs',
    frees: 'cancel some, or wait until some have run',
    waitingHelps: true,
  },
  deviceHours: { what: 'device-hours this month', frees: 'wait for the next month (UTC)', waitingHelps: true },
  ingests: { what: 'data sets being ingested', frees: 'wait until some are ready, or delete some', waitingHelps: true },
  uploads: { what: 'open uploads', frees: 'make data sets of some, or delete some', waitingHelps: false },
  bytes: {
    what: 'stored bytes',
    frees: 'delete data sets, uploads, jobs or checkpoints for good; what is in the trash counts',
    waitingHelps: false,
  },
  apiKeys: { what: 'API keys', frees: 'revoke some', waitingHelps: false },
  requestsPerMinute: { what: 'requests this minute', frees: 'wait for the next minute', waitingHelps: true },
}

/** When device-hours count from zero again. */
export const nextMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))

export interface Exceeded {
  used: number
  adds: number
  limit: number
  freesAt?: Date
}

export function exceeded(of: keyof Quota, { used, adds, limit, freesAt }: Exceeded): AppError {
  const { what, frees, waitingHelps } = WORDS[of]
  const quota: QuotaFacts = {
    name: of,
    used,
    limit,
    adds,
    frees,
    freesAt: freesAt?.toISOString() ?? null,
    waitingHelps,
  }
  const added = adds > 0 ? `, and this would add ${adds}` : ''
  return new AppError(
    'quota_exceeded',
    `The team has ${Number(used.toFixed(2))} ${what} of at most ${limit}${added}: ${frees}.`,
    { quota, retryable: waitingHelps },
  )
}
