import { newId } from '../service/ids.ts'
import type { Quota, TeamStore } from '../service/ports/teams.ts'
import type { Scope } from '../service/resources.ts'
import type { PrismaClient } from './generated/client.ts'
import { requireQuota, usageOf } from './quota.ts'
import { keyOf, teamOf } from './rows.ts'

/** Teams and their API keys. */
export function teamStore(prisma: PrismaClient, quota: Quota): TeamStore {
  return {
    createTeam: async (name) => teamOf(await prisma.team.create({ data: { id: newId('team', Date.now()), name } })),
    async team(teamId) {
      const row = await prisma.team.findFirst({ where: { id: teamId } })
      return row === null ? undefined : teamOf(row)
    },
    renameTeam: async (teamId, name) => teamOf(await prisma.team.update({ where: { id: teamId }, data: { name } })),
    createKey: (teamId, { id, name, hash, scopes }) =>
      prisma.$transaction(async (tx) => {
        await requireQuota(tx, { quota, teamId, of: 'apiKeys' })
        return keyOf(await tx.apiKey.create({ data: { id, teamId, name, hash, scopes } }))
      }),
    keys: async (teamId) =>
      (await prisma.apiKey.findMany({ where: { teamId, revokedAt: null }, orderBy: { id: 'asc' } })).map(keyOf),
    revokeKey: async (teamId, id) =>
      (await prisma.apiKey.updateMany({ where: { teamId, id, revokedAt: null }, data: { revokedAt: new Date() } }))
        .count === 1,
    async callerByKeyHash(hash) {
      const row = await prisma.apiKey.findFirst({ where: { hash } })
      return row?.revokedAt !== null ? undefined : { teamId: row.teamId, keyId: row.id, scopes: row.scopes as Scope[] }
    },
    async validKeys(keyIds) {
      if (keyIds.length === 0) return []
      const rows = await prisma.apiKey.findMany({
        where: { id: { in: [...keyIds] }, revokedAt: null },
        select: { id: true },
      })
      return rows.map(({ id }) => id)
    },
    usage: (teamId) => usageOf(prisma, teamId),
  }
}
