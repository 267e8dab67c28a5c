import type { Page } from '../resources.ts'
import type { UsageRow } from '../scheduling-resources.ts'

export const USAGE_DIMENSIONS = ['day', 'job', 'person', 'key', 'device'] as const
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number]

export interface UsageRequest {
  /** What device time is added up by, in this order. */
  by: readonly UsageDimension[]
  /** The first and the last day, YYYY-MM-DD in UTC. */
  from: string
  to: string
  limit: number
  after?: string | undefined
}

/** Device time of teams. */
export interface UsageStore {
  deviceUsage(teamId: string, request: UsageRequest): Promise<Page<UsageRow>>
}
