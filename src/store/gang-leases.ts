import type { GangStore, PrintedLine } from '../service/ports/gangs.ts'
import { publicReason } from '../service/public-text.ts'
import type { Reason } from '../service/resources.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { HELD } from './metering.ts'
import { json } from './prisma-types.ts'

/** Of a seat's row, whether its attempt goes on. */
const goesOn = (jobId: string, token: number): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT FROM "Gang" AS gang JOIN "Job" ON "Job"."id" = gang."jobId"
    WHERE gang."jobId" = ${jobId} AND gang."token" = ${token} AND "Job"."token" = ${token} AND ${HELD} AND "leaseUntil" > ${NOW})`

/** Lines that wait for a leader which does not take them. */
const MAX_PRINTED = 2000

interface LostRow {
  worker: string | null
  reason: Reason | null
}

export function gangStore(prisma: PrismaClient): GangStore {
  return {
    openGang: async (jobId, token, store) =>
      (await prisma.gang.updateMany({ where: { jobId, token }, data: { store } })).count === 1,
    async renewSeat({ jobId, token, workerId }, leaseMs) {
      const renewed = await prisma.$executeRaw`
        UPDATE "GangSeat" AS seat SET "until" = ${fromNow(leaseMs)}
        WHERE seat."jobId" = ${jobId} AND seat."workerId" = ${workerId} AND seat."until" > ${NOW} AND ${goesOn(jobId, token)}`
      return renewed === 1
    },
    async leaveSeat({ jobId, token, workerId }, reason) {
      const seat = Prisma.sql`"jobId" = ${jobId} AND "workerId" = ${workerId} AND ${goesOn(jobId, token)}`
      if (reason === undefined) await prisma.$executeRaw`DELETE FROM "GangSeat" WHERE ${seat}`
      else
        await prisma.$executeRaw`
          UPDATE "GangSeat" SET "reason" = ${json(publicReason(reason))}::jsonb WHERE ${seat}`
    },
    async printInGang({ jobId, token, workerId }, lines) {
      const room = Prisma.sql`jsonb_array_length(seat."printed") < ${MAX_PRINTED}`
      const kept = await prisma.$executeRaw`
        UPDATE "GangSeat" AS seat
        SET "printed" = CASE WHEN ${room} THEN seat."printed" || ${JSON.stringify(lines)}::jsonb ELSE seat."printed" END
        WHERE seat."jobId" = ${jobId} AND seat."workerId" = ${workerId} AND seat."until" > ${NOW} AND ${goesOn(jobId, token)}`
      return kept === 1
    },
    async isPrinted({ jobId, workerId }) {
      const [row] = await prisma.$queryRaw<{ left: number }[]>`
        SELECT jsonb_array_length("printed")::int AS "left" FROM "GangSeat" WHERE "jobId" = ${jobId} AND "workerId" = ${workerId}`
      return row === undefined || row.left === 0
    },
    async takePrinted(jobId, token) {
      const rows = await prisma.$queryRaw<{ printed: PrintedLine[] }[]>`
        WITH taken AS (
          SELECT seat."workerId", seat."printed", seat."firstRank" FROM "GangSeat" AS seat
          JOIN "Gang" AS gang ON gang."jobId" = seat."jobId" AND gang."token" = ${token}
          WHERE seat."jobId" = ${jobId} AND seat."printed" <> '[]' FOR UPDATE OF seat
        ), emptied AS (
          UPDATE "GangSeat" AS seat SET "printed" = '[]' FROM taken WHERE seat."jobId" = ${jobId} AND seat."workerId" = taken."workerId"
        )
        SELECT "printed" FROM taken ORDER BY "firstRank"`
      return rows.flatMap(({ printed }) => printed)
    },
    async lostMembers(jobId, token) {
      const rows = await prisma.$queryRaw<LostRow[]>`
        SELECT worker."name" AS "worker", seat."reason" FROM "GangSeat" AS seat
        JOIN "Gang" AS gang ON gang."jobId" = seat."jobId" AND gang."token" = ${token}
        LEFT JOIN "Worker" AS worker ON worker."id" = seat."workerId"
        WHERE seat."jobId" = ${jobId} AND seat."firstRank" > 0 AND (seat."reason" IS NOT NULL OR seat."until" <= ${NOW} OR worker."id" IS NULL)
        ORDER BY seat."firstRank"`
      return rows.map(({ worker, reason }) => ({ worker: worker ?? 'unknown', reason }))
    },
  }
}
