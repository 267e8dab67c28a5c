import type { ApiKey, Scope, Team } from '../resources.ts'
import type { Caller } from './caller.ts'

/** What a team may have at most. */
export interface Quota {
  /** Jobs that workers hold. */
  runningJobs: number
  /** Jobs that are queued or paused. */
  queuedJobs: number
  /** Hours on devices in a calendar month (UTC). */
  deviceHours: number
  /** Data sets that are being imported or ingested. */
  ingests: number
  /** Resumable uploads of which no data set was made. */
  uploads: number
  /** Bytes of uploads, data sets, checkpoints and artifacts. */
  bytes: number
  apiKeys: number
  requestsPerMinute: number
}
/** What an operator changes of a team's quota. */
export interface QuotaChange {
  limits: Partial<Record<keyof Quota, number | null>>
  weight?: number
}
export type Usage = Omit<Quota, 'requestsPerMinute'>

/** Teams and their API keys. */
export interface TeamStore {
  createTeam(name: string): Promise<Team>
  team(teamId: string): Promise<Team | undefined>
  renameTeam(teamId: string, name: string): Promise<Team>
  /** @throws AppError `quota_exceeded` */
  createKey(teamId: string, key: { id: string; name: string; hash: string; scopes: Scope[] }): Promise<ApiKey>
  keys(teamId: string): Promise<ApiKey[]>
  revokeKey(teamId: string, keyId: string): Promise<boolean>
  callerByKeyHash(hash: string): Promise<Caller | undefined>
  /** Those of the keys that were not revoked. */
  validKeys(keyIds: readonly string[]): Promise<string[]>
  /** The team's limits. @returns undefined where there is no such team */
  quota(teamId: string): Promise<Quota | undefined>
  /** Gives a team limits and a weight of its own; null takes a limit back to the installation's. @returns false where there is no such team */
  setQuota(teamId: string, change: QuotaChange): Promise<boolean>
  /** What a team uses of its quota. */
  usage(teamId: string): Promise<Usage>
}
