import type { JobState } from '../service/job-states.ts'
import type { Store } from '../service/ports/store.ts'
import type { PrismaClient } from './generated/client.ts'

/** What live streams ask for, for all of them at once. */
export function watching(prisma: PrismaClient): Pick<Store, 'watched' | 'validKeys'> {
  return {
    async watched(jobIds) {
      if (jobIds.length === 0) return []
      const rows = await prisma.$queryRaw<{ id: string; state: JobState; last: bigint | null }[]>`
        SELECT "id", "state", (SELECT max("Event"."id") FROM "Event" WHERE "Event"."jobId" = "Job"."id") AS "last"
        FROM "Job" WHERE "id" = ANY(${[...jobIds]})`
      return rows.map(({ id, state, last }) => ({ id, state, lastEvent: String(last ?? 0) }))
    },
    async validKeys(keyIds) {
      if (keyIds.length === 0) return []
      const rows = await prisma.apiKey.findMany({
        where: { id: { in: [...keyIds] }, revokedAt: null },
        select: { id: true },
      })
      return rows.map(({ id }) => id)
    },
  }
}
