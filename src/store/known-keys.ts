import { SCOPES_OF_ROLE, type Role } from '../service/people-resources.ts'
import type { KnownKey } from '../service/ports/teams.ts'
import type { Scope } from '../service/resources.ts'
import { NOW } from './clock.ts'
import type { PrismaClient } from './generated/client.ts'

interface KnownRow {
  hash: string
  id: string
  teamId: string
  name: string
  scopes: Scope[]
  expired: boolean
  suspended: boolean
  unmarked: boolean
  memberId: string | null
  personId: string | null
  email: string | null
  role: Role | null
}

/** By the hashes of their secrets; those that were revoked are not among them. */
export async function knownKeys(prisma: PrismaClient, hashes: readonly string[]): Promise<Map<string, KnownKey>> {
  const rows = await prisma.$queryRaw<KnownRow[]>`
    SELECT key."hash", key."id", key."teamId", key."name", key."scopes",
      coalesce(key."expiresAt" <= ${NOW}, false) AS "expired", team."suspendedAt" IS NOT NULL AS "suspended",
      coalesce(key."lastUsedAt" < ${NOW} - interval '1 minute', true) AS "unmarked",
      member."id" AS "memberId", member."personId", member."email", member."role"
    FROM "ApiKey" AS key JOIN "Team" AS team ON team."id" = key."teamId"
    LEFT JOIN "Member" AS member ON member."id" = key."memberId"
    WHERE key."hash" = ANY(${[...hashes]}) AND key."revokedAt" IS NULL`
  markUsed(prisma, rows)
  return new Map(rows.map((row) => [row.hash, knownKeyOf(row)]))
}

/** Nobody waits for it, and no call fails with it. */
function markUsed(prisma: PrismaClient, rows: readonly KnownRow[]): void {
  const ids = rows.filter(({ unmarked, expired }) => unmarked && !expired).map(({ id }) => id)
  if (ids.length === 0) return
  prisma.$executeRaw`
    UPDATE "ApiKey" SET "lastUsedAt" = ${NOW}
    WHERE "id" = ANY(${ids}) AND coalesce("lastUsedAt" < ${NOW} - interval '1 minute', true)`.catch(() => undefined)
}

/** A person's key may do no more than the person, whatever it was made with. */
function knownKeyOf({ id, teamId, name, memberId, personId, email, role, ...row }: KnownRow): KnownKey {
  const scopes = role === null ? row.scopes : row.scopes.filter((scope) => SCOPES_OF_ROLE[role].includes(scope))
  const member =
    memberId === null || personId === null || email === null || role === null
      ? undefined
      : { id: memberId, personId, email, role }
  return {
    caller: { teamId, keyId: id, name, scopes, member },
    expired: row.expired,
    suspended: row.suspended,
  }
}
