import type { IdempotencyStore } from '../service/ports/idempotency.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'

/** How long an answer can be had again. */
const KEPT = Prisma.sql`interval '24 hours'`

interface Row {
  bodyHash: string
  resourceId: string
  status: number | null
  response: unknown
}

/** Idempotency keys on PostgreSQL. Each call of a team forgets what is older than a day. */
export function idempotencyStore(prisma: PrismaClient): IdempotencyStore {
  return {
    async beginIdempotent(teamId, key, { bodyHash, resourceId, holdMs }) {
      await prisma.$executeRaw`DELETE FROM "IdempotencyKey" WHERE "teamId" = ${teamId} AND "createdAt" < ${NOW} - ${KEPT}`
      const reserved = await prisma.$executeRaw`
        INSERT INTO "IdempotencyKey" ("teamId", "key", "bodyHash", "resourceId", "heldUntil", "createdAt")
        VALUES (${teamId}, ${key}, ${bodyHash}, ${resourceId}, ${fromNow(holdMs)}, ${NOW}) ON CONFLICT DO NOTHING`
      if (reserved === 1) return { kind: 'new', resourceId, resumed: false }
      const [row] = await prisma.$queryRaw<Row[]>`
        SELECT "bodyHash", "resourceId", "status", "response" FROM "IdempotencyKey" WHERE "teamId" = ${teamId} AND "key" = ${key}`
      if (row === undefined) return { kind: 'in-flight' }
      if (row.bodyHash !== bodyHash) return { kind: 'reused' }
      if (row.status !== null) return { kind: 'done', status: row.status, response: row.response }
      const resumed = await prisma.$executeRaw`
        UPDATE "IdempotencyKey" SET "heldUntil" = ${fromNow(holdMs)}
        WHERE "teamId" = ${teamId} AND "key" = ${key} AND "status" IS NULL AND ("heldUntil" IS NULL OR "heldUntil" < ${NOW})`
      return resumed === 1
        ? { kind: 'new', resourceId: row.resourceId || resourceId, resumed: true }
        : { kind: 'in-flight' }
    },
    async holdIdempotent(teamId, key, resourceId, holdMs) {
      await prisma.$executeRaw`
        UPDATE "IdempotencyKey" SET "heldUntil" = ${fromNow(holdMs)}
        WHERE "teamId" = ${teamId} AND "key" = ${key} AND "resourceId" = ${resourceId} AND "status" IS NULL`
    },
    async endIdempotent(teamId, key, resourceId, result) {
      const where = { teamId, key, resourceId, status: null }
      if (result === undefined) await prisma.idempotencyKey.deleteMany({ where })
      else
        await prisma.idempotencyKey.updateMany({
          where,
          data: { status: result.status, response: result.response as Prisma.InputJsonValue, heldUntil: null },
        })
    },
  }
}
