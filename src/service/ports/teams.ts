import type { OperatedTeam, Role } from '../people-resources.ts'
import type { ApiKey, Page, Scope, Team } from '../resources.ts'
import type { ChangedBy } from './audit.ts'
import type { Caller, PageRequest } from './caller.ts'

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
  limits?: Partial<Record<keyof Quota, number | null>>
  weight?: number
}
export type Usage = Omit<Quota, 'requestsPerMinute'>
/** What a team has of its own, which limits hold for it, and what it uses of them. */
export interface QuotaInUse {
  weight: number
  own: Partial<Quota>
  limits: Quota
  usage: Usage
}

/** A key by its secret. */
export interface KnownKey {
  caller: Caller
  /** Since when it is not to be used any more. */
  expired: boolean
  suspended: boolean
}

export interface NewKey {
  id: string
  name: string
  hash: string
  scopes: Scope[]
  /** Whose it is; a service key without. */
  memberId?: string | undefined
  expiresAt?: Date | undefined
}

/** Which keys of a team: those of a member, or all. */
export interface KeysOf {
  teamId: string
  memberId?: string | undefined
}

/** What a team is made with. */
export interface NewTeam {
  id: string
  name: string
  key: NewKey
  /** The member that it begins with. */
  member?: { id: string; email: string; role: Role } | undefined
}

/** Teams. Each change is written to the audit log in its transaction. */
export interface TeamStore {
  createTeam(team: NewTeam, by: ChangedBy): Promise<Team>
  team(teamId: string): Promise<Team | undefined>
  operatedTeam(teamId: string): Promise<OperatedTeam | undefined>
  /** Newest first. */
  teams(page: PageRequest): Promise<Page<OperatedTeam>>
  /** @throws AppError `not_found` */
  renameTeam(teamId: string, name: string, by: ChangedBy): Promise<OperatedTeam>
  /** Suspends a team, or ends that. @throws AppError `not_found`, `wrong_state` where it is so already */
  suspendTeam(teamId: string, suspend: boolean, by: ChangedBy): Promise<OperatedTeam>
  /**
   * With everything that it has: into the trash for `keptMs`, or with 0 for good.
   * @returns false where there is none. @throws AppError `wrong_state` for one that is not suspended
   */
  deleteTeam(teamId: string, by: ChangedBy, keptMs: number): Promise<boolean>
  /** The team's limits. @returns undefined where there is no such team */
  quota(teamId: string): Promise<Quota | undefined>
  /** What a team has of its own, and its weight in the fair share. @returns undefined where there is no such team */
  ownQuota(teamId: string): Promise<{ weight: number; limits: Partial<Quota> } | undefined>
  /** Gives a team limits and a weight of its own; null takes a limit back to the installation's. @throws AppError `not_found` */
  setQuota(teamId: string, change: QuotaChange, by: ChangedBy): Promise<void>
  /** What a team uses of its quota. */
  usage(teamId: string): Promise<Usage>
  /** Limits and use of some teams, by their ids. */
  quotasInUse(teamIds: readonly string[]): Promise<ReadonlyMap<string, QuotaInUse>>
}

/** API keys. Each change is written to the audit log in its transaction. */
export interface KeyStore {
  /** @throws AppError `quota_exceeded` */
  createKey(teamId: string, key: NewKey, by: ChangedBy): Promise<ApiKey>
  key(of: KeysOf, id: string): Promise<ApiKey | undefined>
  /** Those that were not revoked, newest first. */
  keys(of: KeysOf, page: PageRequest): Promise<Page<ApiKey>>
  /**
   * Makes another key in the place of one, which expires after the overlap; the one before that is revoked. Undefined where there is none.
   * @throws AppError `wrong_state` for one that was rotated already, or has expired
   */
  rotateKey(
    of: KeysOf,
    id: string,
    rotation: Pick<NewKey, 'id' | 'hash' | 'expiresAt'> & { overlapMs: number },
    by: ChangedBy,
  ): Promise<ApiKey | undefined>
  revokeKey(of: KeysOf, id: string, by: ChangedBy): Promise<boolean>
  /** Whose key has a hash, as of now; undefined for one that was revoked or is not known. */
  keyByHash(hash: string): Promise<KnownKey | undefined>
  /** Those of the keys and sessions that may still be used. */
  validKeys(keyIds: readonly string[]): Promise<string[]>
}
