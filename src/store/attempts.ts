import type { Attempt } from '../service/attempt-resources.ts'
import type { AttemptStore } from '../service/ports/attempts.ts'
import type { Reason } from '../service/resources.ts'
import { NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { cursor, numberCursor } from './pages.ts'
import { json, type Transaction } from './prisma-types.ts'

/** Of an attempt whose worker has not renewed its lease. */
export const LOST: Reason = {
  code: 'lease_lost',
  fault: 'infra',
  retryable: true,
  detail: 'Its worker died, or was cut off from the database, and its lease ran out.',
}

/** Of a job that its worker gave back with no other reason. */
const HANDED_BACK: Reason = {
  code: 'interrupted',
  fault: 'infra',
  retryable: true,
  detail: 'Its worker was shut down; the job resumes from its last checkpoint.',
}

/** Ends the newest attempt of a job where that is still open: a lost one when its lease ran out. Before the job's row changes, or in the same statement. */
export function endedAttempt(
  jobId: string | Prisma.Sql,
  { outcome, reason }: { outcome: string; reason?: Reason | undefined },
): Prisma.Sql {
  const told = reason ?? (outcome === 'queued' ? HANDED_BACK : undefined)
  return Prisma.sql`
    UPDATE "Attempt" SET "outcome" = ${outcome}, "reason" = ${told === undefined ? null : json(told)}::jsonb,
      "endedAt" = greatest("Attempt"."startedAt", CASE WHEN ${outcome === 'lost'} THEN least(${NOW}, job."leaseUntil") ELSE ${NOW} END),
      "toStep" = coalesce(job."attemptStep", "Attempt"."fromStep")
    FROM "Job" AS job
    WHERE job."id" = ${jobId} AND "Attempt"."jobId" = job."id" AND "Attempt"."number" = job."attempt" AND "Attempt"."endedAt" IS NULL`
}

/** Where the newest attempt of a job has really begun. */
export const setStart = (tx: Transaction, jobId: string, step: number): Promise<number> => tx.$executeRaw`
  UPDATE "Attempt" SET "fromStep" = ${step} FROM "Job" AS job
  WHERE job."id" = ${jobId} AND "Attempt"."jobId" = job."id" AND "Attempt"."number" = job."attempt"`

interface Row {
  number: number
  worker: string | null
  deviceKind: string
  devices: number
  members: Attempt['members']
  accumulationFactor: number
  fromStep: number
  toStep: number | null
  startedAt: Date
  endedAt: Date | null
  seconds: number
  outcome: string | null
  reason: Reason | null
}

export function attemptStore(prisma: PrismaClient): AttemptStore {
  return {
    async attempts(jobId, { limit, after }) {
      const before = numberCursor(after)
      const rows = await prisma.$queryRaw<Row[]>`
        SELECT attempt."number", attempt."worker", attempt."deviceKind", attempt."devices", attempt."members", attempt."accumulationFactor",
          attempt."fromStep", CASE WHEN attempt."endedAt" IS NULL THEN job."attemptStep" ELSE attempt."toStep" END AS "toStep",
          attempt."startedAt", attempt."endedAt", attempt."outcome", attempt."reason",
          extract(epoch FROM coalesce(attempt."endedAt", ${NOW}) - attempt."startedAt")::float8 AS "seconds"
        FROM "Attempt" AS attempt JOIN "Job" AS job ON job."id" = attempt."jobId"
        WHERE attempt."jobId" = ${jobId} AND ${before === undefined ? Prisma.sql`true` : Prisma.sql`attempt."number" < ${before}`}
        ORDER BY attempt."number" DESC LIMIT ${limit + 1}`
      const data = rows.slice(0, limit).map(attemptOf)
      const last = data.at(-1)
      return { data, nextCursor: rows.length > limit && last !== undefined ? cursor(String(last.number)) : null }
    },
  }
}

const attemptOf = ({ startedAt, endedAt, ...row }: Row): Attempt => ({
  ...row,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
})
