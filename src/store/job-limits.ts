import type { Reason } from '../service/resources.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'

/** Limits of a job, and `after` for what it runs after. */
export type Limit = 'deadline' | 'maxRunSeconds' | 'maxWaitSeconds' | 'after'

/** Of a row of "Job": the limit at which it is, else null. */
export const LIMIT_REACHED = Prisma.sql`
  CASE
    WHEN "Job"."failedDependency" IS NOT NULL THEN 'after'
    WHEN "Job"."deadline" <= ${NOW} THEN 'deadline'
    WHEN "Job"."ranSeconds" >= "Job"."maxRunSeconds" THEN 'maxRunSeconds'
    WHEN "Job"."state" = 'queued' AND NOT "Job"."blocked"
      AND "Job"."queuedAt" + "Job"."maxWaitSeconds" * interval '1 second' <= ${NOW} THEN 'maxWaitSeconds'
  END`

export interface LimitedJob {
  deadline: Date | null
  maxRunSeconds: number | null
  maxWaitSeconds: number | null
  failedDependency: string | null
}

/** Why a job ends at a limit. */
export function limitReason(limit: Limit, job: LimitedJob): Reason {
  const { deadline, maxRunSeconds, maxWaitSeconds, failedDependency } = job
  switch (limit) {
    case 'after':
      return {
        code: 'dependency_failed',
        fault: 'user',
        retryable: true,
        detail: `It was to run after ${String(failedDependency)}, which did not succeed. It can be retried once that has.`,
      }
    case 'deadline':
      return reachedBy('deadline_reached', `It reached its deadline, ${deadline?.toISOString() ?? ''}.`)
    case 'maxRunSeconds':
      return reachedBy('max_run_reached', `Its attempts have run for ${String(maxRunSeconds)} s, its maxRunSeconds.`)
    case 'maxWaitSeconds':
      return {
        code: 'max_wait_reached',
        fault: 'capacity',
        retryable: true,
        detail: `It waited in the queue for ${String(maxWaitSeconds)} s, its maxWaitSeconds.`,
      }
  }
}

const reachedBy = (code: string, detail: string): Reason => ({
  code,
  fault: 'user',
  retryable: false,
  detail: `${detail} Its weights so far are kept.`,
})
