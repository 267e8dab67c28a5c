import type { Message, Outbox } from '../service/ports/queue.ts'
import type { PrismaClient } from './generated/client.ts'

export function outbox(prisma: PrismaClient): Outbox {
  return {
    async relayOutbox(send) {
      return prisma.$transaction(async (tx) => {
        const rows = await tx.$queryRaw<
          ({ id: bigint } & Message)[]
        >`SELECT "id", "kind", "ref", "token" FROM "Outbox" ORDER BY "id" LIMIT 100 FOR UPDATE SKIP LOCKED`
        if (rows.length === 0) return 0
        await send(rows.map(({ kind, ref, token }) => ({ kind, ref, token })))
        await tx.outbox.deleteMany({ where: { id: { in: rows.map((row) => row.id) } } })
        return rows.length
      })
    },
  }
}
