import type { Message, Outbox } from '../service/ports/queue.ts'
import type { PrismaClient } from './generated/client.ts'

export function outbox(prisma: PrismaClient): Outbox {
  return {
    async relayOutbox(send) {
      return prisma.$transaction(async (tx) => {
        // Sent before the transaction ends: what could not be sent is still there.
        const rows = await tx.$queryRaw<({ id: bigint } & Message)[]>`
          DELETE FROM "Outbox" WHERE "id" IN (SELECT "id" FROM "Outbox" ORDER BY "id" LIMIT 100 FOR UPDATE SKIP LOCKED)
          RETURNING "id", "kind", "ref", "token"`
        if (rows.length === 0) return 0
        rows.sort((a, b) => Number(a.id - b.id))
        await send(rows.map(({ kind, ref, token }) => ({ kind, ref, token })))
        return rows.length
      })
    },
  }
}
