import { AppError } from '../errors.ts'
import { ACTIVE_STATES, ENDED_STATES, TRANSITIONS, type JobState } from '../service/job-states.ts'
import type { FairShareSettings } from '../service/ports/fair-share.ts'
import { publicReason } from '../service/public-text.ts'
import type { Reason } from '../service/resources.ts'
import { endedAttempt } from './attempts.ts'
import { NOW } from './clock.ts'
import { Prisma, type Job } from './generated/client.ts'
import { settleDependants } from './job-dependencies.ts'
import { HELD_FOR, HELD_UNTIL, metered } from './metering.ts'
import { notifyOfJob, type ChangedJob } from './notices.ts'
import type { Statements } from './prisma-types.ts'

/** What is written to a job's row with its state: values, or expressions over what the row has. */
export type JobChanges = {
  [Column in keyof Job]?: Prisma.Sql | (Job[Column] & (string | number | boolean | Date)) | null
}

const assigned = (changes: JobChanges): Prisma.Sql[] =>
  Object.entries(changes).map(([column, value]) => Prisma.sql`${Prisma.raw(`"${column}"`)} = ${value}`)

/** Changes a job's row, and not its state. */
export async function changeJob(tx: Statements, id: string, changes: JobChanges): Promise<void> {
  const columns = assigned(changes)
  if (columns.length > 0) await tx.$executeRaw`UPDATE "Job" SET ${Prisma.join(columns)} WHERE "id" = ${id}`
}

export interface StateChange {
  from: JobState
  to: JobState
  fair: FairShareSettings
  reason?: Reason | undefined
  changes?: JobChanges
}

/**
 * Parts of a statement that change a job's state, if it still has the old one: with its transition, its event, the time and the attempt that a
 * worker leaves, and, where it is to run, its message. "moved" is the job's row afterwards.
 * @param where what else has to be true of the row
 */
export function stateChange(
  id: string | Prisma.Sql,
  { from, to, fair, reason, changes = {} }: StateChange,
  where = Prisma.sql`true`,
): Prisma.Sql {
  if (!TRANSITIONS[from].includes(to)) throw new AppError('internal', `A job cannot go from ${from} to ${to}.`)
  const [wasActive, isActive] = [ACTIVE_STATES.includes(from), ACTIVE_STATES.includes(to)]
  const told = reason === undefined ? undefined : publicReason(reason)
  const why = Prisma.sql`${told === undefined ? null : JSON.stringify(told)}::jsonb`
  const event = JSON.stringify({ from, to, reason: told ?? null })
  const columns: JobChanges = {
    state: to,
    reason: why,
    endedAt: ENDED_STATES.includes(to) ? NOW : null,
    ...(wasActive ? { meteredAt: HELD_UNTIL, ranSeconds: Prisma.sql`"ranSeconds" + ${HELD_FOR}` } : {}),
    ...(isActive ? {} : { leaseUntil: null, meteredAt: null, preemption: null }),
    ...(to === 'queued' ? { queuedAt: NOW } : {}),
    ...changes,
  }
  return Prisma.sql`
    ${wasActive ? Prisma.sql`${metered(fair, id, from)},` : Prisma.empty}
    ${wasActive && !isActive ? Prisma.sql`ended AS (${endedAttempt(id, { outcome: to, reason: told })}), disbanded AS (DELETE FROM "Gang" WHERE "jobId" = ${id}),` : Prisma.empty}
    moved AS (
      UPDATE "Job" SET ${Prisma.join(assigned(columns))} WHERE "id" = ${id} AND "state" = ${from} AND ${where} RETURNING *
    ), transition AS (
      INSERT INTO "Transition" ("jobId", "from", "to", "reason", "at") SELECT "id", ${from}, ${to}, ${why}, ${NOW} FROM moved
    ), event AS (
      INSERT INTO "Event" ("jobId", "type", "data", "at") SELECT "id", 'state', ${event}::jsonb, ${NOW} FROM moved
    ), message AS (
      INSERT INTO "Outbox" ("kind", "ref", "token", "createdAt") SELECT 'job', "id", "token", ${NOW} FROM moved WHERE "state" = 'queued'
    )`
}

interface Moved extends ChangedJob {
  /** Whether the team has webhooks. */
  isWatched: boolean
  /** Whether other jobs run after it. */
  isAwaited: boolean
}

/** The one way in which a job's state changes, next to claims. The job's row is locked. */
export async function move(tx: Statements, id: string, change: StateChange): Promise<void> {
  const { from, to } = change
  const [moved] = await tx.$queryRaw<Moved[]>`
    WITH ${stateChange(id, change)}
    SELECT moved."id", moved."teamId", moved."name", moved."state", moved."kind", moved."attempt", moved."accuracy", moved."reason",
      moved."sweepId" AS "sweep", dataset."datasetId" AS "dataset", dataset."number" AS "datasetVersion",
      EXISTS (SELECT FROM "Webhook" WHERE "Webhook"."teamId" = moved."teamId" AND "Webhook"."enabled") AS "isWatched",
      EXISTS (SELECT FROM "JobDependency" AS open WHERE open."onId" = moved."id" AND open."outcome" IS DISTINCT FROM 'met') AS "isAwaited"
    FROM moved LEFT JOIN "DatasetVersion" AS dataset ON dataset."id" = moved."datasetId"`
  if (moved === undefined) throw new AppError('internal', `Job ${id} is not ${from} any more.`)
  const { isWatched, isAwaited, ...job } = moved
  if (isWatched && to !== from) await notifyOfJob(tx, job, from)
  if (isAwaited && ENDED_STATES.includes(to)) await settleDependants(tx, id, to)
}
