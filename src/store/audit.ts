import type { ActorKind, AuditEntry, AuditFilter } from '../service/audit-resources.ts'
import { newId } from '../service/ids.ts'
import type { PageRequest } from '../service/ports/caller.ts'
import type { Page } from '../service/resources.ts'
import type { AuditedChange, AuditStore } from '../service/ports/audit.ts'
import { NOW } from './clock.ts'
import type { AuditEntry as Row, Prisma, PrismaClient } from './generated/client.ts'
import { gathered } from './gathered.ts'
import { newest, page } from './pages.ts'
import { json } from './prisma-types.ts'

/** Characters of the JSON of what was before or is after, at most. */
const MAX_SNAPSHOT = 20_000
const ENTRIES_PER_INSERT = 32

/** The log of all changes, to which entries are only ever added. */
export function auditStore(prisma: PrismaClient): AuditStore {
  const entries = async (
    team: { teamId?: string },
    { limit, after, ...filter }: AuditFilter & PageRequest,
  ): Promise<Page<AuditEntry>> => {
    const { where, ...order } = newest({ limit, after })
    const rows = await prisma.auditEntry.findMany({ ...order, where: { ...where, ...team, ...filtered(filter) } })
    return page(rows, limit, entryOf)
  }
  return {
    recordChange: gathered<AuditedChange, void>(
      async (changes) => {
        await addEntries(prisma, changes)
        return []
      },
      { groupOf: ({ teamId }) => teamId ?? '', atMost: ENTRIES_PER_INSERT },
    ),
    auditLog: (teamId, query) => entries({ teamId }, query),
    wholeAuditLog: (query) => entries({}, query),
  }
}

let lastMs = 0
/** In the order in which this process adds them. */
function nextId(): string {
  lastMs = Math.max(Date.now(), lastMs + 1)
  return newId('audit', lastMs)
}

/** Adds an entry, in the transaction of the change that it is about. */
export const recordChange = (tx: Writer, change: AuditedChange): Promise<void> => addEntries(tx, [change])

type Writer = Pick<Prisma.TransactionClient, '$executeRaw'>

async function addEntries(tx: Writer, changes: readonly AuditedChange[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "AuditEntry" (
      "id", "teamId", "actorKind", "actorId", "actorName", "keyId", "requestId", "action", "resourceType", "resourceId", "before", "after", "at")
    SELECT
      "id", "teamId", "actorKind", "actorId", "actorName", "keyId", "requestId", "action", "resourceType", "resourceId", "before", "after", ${NOW}
    FROM jsonb_populate_recordset(NULL::"AuditEntry", ${JSON.stringify(changes.map(entry))}::jsonb)`
}

const entry = ({ teamId, by, action, resource, before, after }: AuditedChange) => ({
  id: nextId(),
  teamId,
  actorKind: by.kind,
  actorId: by.id,
  actorName: by.name,
  keyId: by.keyId,
  requestId: by.requestId,
  action,
  resourceType: resource.type,
  resourceId: resource.id,
  ...(before === undefined ? {} : { before: bounded(before) }),
  ...(after === undefined ? {} : { after: bounded(after) }),
})

function bounded(snapshot: object): Prisma.InputJsonValue {
  const { length } = JSON.stringify(snapshot)
  if (length <= MAX_SNAPSHOT) return json(snapshot)
  const kept = Object.entries(snapshot).filter(([, value]) => JSON.stringify(value ?? null).length <= 200)
  return json({ ...Object.fromEntries(kept), leftOut: `what is longer than 200 characters, of ${length} in all` })
}

function filtered({ actor, key, action, resource, requestId, since, until }: AuditFilter): Prisma.AuditEntryWhereInput {
  const at = {
    ...(since === undefined ? {} : { gte: new Date(since) }),
    ...(until === undefined ? {} : { lt: new Date(until) }),
  }
  const equal = { actorId: actor, keyId: key, action, resourceId: resource, requestId }
  return { ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)), at }
}

const entryOf = (row: Row): AuditEntry => ({
  id: row.id,
  team: row.teamId,
  at: row.at.toISOString(),
  actor: { kind: row.actorKind as ActorKind, id: row.actorId, name: row.actorName },
  key: row.keyId,
  action: row.action,
  resource: { type: row.resourceType, id: row.resourceId },
  before: row.before,
  after: row.after,
  requestId: row.requestId,
})
