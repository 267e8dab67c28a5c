import type { OperatorSessionStore } from '../service/ports/operator-sessions.ts'
import { recordChange } from './audit.ts'
import { fromNow, NOW } from './clock.ts'
import type { PrismaClient } from './generated/client.ts'

/** Of an operator, in all browsers; the oldest ends for a newer one. */
const MAX_SESSIONS = 50

interface Row {
  id: string
  operator: string
  expiresAt: Date
}

/** Operators who are signed in. */
export function operatorSessionStore(prisma: PrismaClient): OperatorSessionStore {
  return {
    openOperatorSession: (operator, { id, hash, keptMs }, requestId) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`DELETE FROM "OperatorSession" WHERE "expiresAt" < ${NOW}`
        await tx.$executeRaw`
          DELETE FROM "OperatorSession" WHERE "id" IN (
            SELECT "id" FROM "OperatorSession" WHERE "operator" = ${operator} ORDER BY "id" DESC OFFSET ${MAX_SESSIONS - 1}
          )`
        const [row] = await tx.$queryRaw<[Row]>`
          INSERT INTO "OperatorSession" ("id", "hash", "operator", "expiresAt")
          VALUES (${id}, ${hash}, ${operator}, ${fromNow(keptMs)}) RETURNING "id", "operator", "expiresAt"`
        const expiresAt = row.expiresAt.toISOString()
        await recordChange(tx, { ...about('openOperatorSession', row, requestId), after: { expiresAt } })
        return expiresAt
      }),
    async operatorSession(hashes) {
      const [row] = await prisma.$queryRaw<Row[]>`
        SELECT "id", "operator", "expiresAt" FROM "OperatorSession"
        WHERE "hash" = ANY(${[...hashes]}) AND "expiresAt" > ${NOW}`
      return row === undefined ? undefined : { operator: row.operator, expiresAt: row.expiresAt.toISOString() }
    },
    endOperatorSession: (hashes, requestId) =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<Row[]>`
          DELETE FROM "OperatorSession" WHERE "hash" = ANY(${[...hashes]}) RETURNING "id", "operator", "expiresAt"`
        if (row === undefined) return
        const before = { expiresAt: row.expiresAt.toISOString() }
        await recordChange(tx, { ...about('closeOperatorSession', row, requestId), before })
      }),
  }
}

const about = (action: string, { id, operator }: Row, requestId: string | null) => ({
  teamId: null,
  by: { kind: 'operator', id: operator, name: operator, keyId: null, requestId } as const,
  action,
  resource: { type: 'operator-session', id },
})
