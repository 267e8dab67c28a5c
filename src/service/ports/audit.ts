import type { ActorKind, AuditEntry, AuditFilter } from '../audit-resources.ts'
import type { Page } from '../resources.ts'
import type { PageRequest } from './caller.ts'

/** Who makes a change, and in which call. */
export interface ChangedBy {
  kind: ActorKind
  id: string
  name: string
  /** The key that is used. */
  keyId: string | null
  requestId: string | null
}

export interface AuditedChange {
  /** Null for what belongs to no team. */
  teamId: string | null
  by: ChangedBy
  action: string
  resource: { type: string; id: string | null }
  before?: object | undefined
  after?: object | undefined
}

/** The log of all changes. Entries are never changed. */
export interface AuditStore {
  recordChange(change: AuditedChange): Promise<void>
  /** Of a team, newest first. */
  auditLog(teamId: string, query: AuditFilter & PageRequest): Promise<Page<AuditEntry>>
  /** Of all teams, and of none. */
  wholeAuditLog(query: AuditFilter & PageRequest): Promise<Page<AuditEntry>>
}
