import type { GangPlace, JobClaim, WorkerDevices } from '../service/ports/job-claims.ts'
import type { Quota } from '../service/ports/teams.ts'
import { claimingWorker } from './claiming-worker.ts'
import { fromNow, NOW } from './clock.ts'
import type { Direct } from './direct.ts'
import { GATHERING, offer, withdraw } from './gangs.ts'
import { Prisma } from './generated/client.ts'
import { HELD } from './metering.ts'
import { DUE, QUEUED, waitForClaims, withinQuota } from './next-job.ts'
import { json, type Statements } from './prisma-types.ts'
import { devicesTogether, fitting, kindOf, mayClaim, servesTogether } from './serving.ts'
import type { TransactionLimits } from './transaction-limits.ts'

interface GangClaiming {
  quota: Quota
  limits: TransactionLimits
  leaseMs: number
  /** Claims a job on so many devices; undefined where the job has ended instead. */
  claim: (tx: Statements, jobId: string, devices: WorkerDevices) => Promise<JobClaim | undefined>
}

/**
 * A worker's look at the jobs of several workers, before it looks for one of its own. Of those that wait for devices it offers its free ones to
 * the one that has waited longest, whoever offers too: since all workers go by that order, and offers are withdrawn until the last device is
 * there, no two of these jobs wait for each other. The worker with whose offer all are there claims the job for all of them, in one transaction,
 * and leads; the others find their seats with their next look.
 * @returns undefined where there is none for this worker; else its part in one, or no claim: then its free devices are offered
 */
export async function claimInGang(
  direct: Direct,
  worker: WorkerDevices,
  claiming: GangClaiming,
): Promise<{ claim: JobClaim | undefined } | undefined> {
  const { workerId, isReachable = true } = worker
  if (workerId === undefined || !isReachable || !(await isAnyGang(direct, workerId))) return undefined
  return direct.transaction(async (tx) => {
    await waitForClaims(tx, claiming.limits)
    const seat = await assignedSeat(tx, workerId)
    if (seat !== undefined) return { claim: await takeSeat(tx, { ...seat, workerId }, claiming) }
    const gang = await longestWaiting(tx, workerId, worker, claiming.quota)
    if (gang === undefined) {
      await withdraw(tx, workerId)
      return undefined
    }
    await offer(tx, { jobId: gang.jobId, workerId, devices: gang.own })
    if (gang.offered + gang.own < gang.devices) return { claim: undefined }
    const claim = await claimForAll(tx, gang, { ...worker, workerId }, claiming)
    return claim === undefined ? undefined : { claim }
  })
}

async function isAnyGang(direct: Direct, workerId: string): Promise<boolean> {
  const [row] = await direct.$queryRaw<{ any: boolean }[]>`
    SELECT EXISTS (SELECT FROM "GangSeat" WHERE "workerId" = ${workerId} AND NOT "taken")
      OR EXISTS (SELECT FROM "Gang" AS gang WHERE ${GATHERING}) AS "any"`
  return row?.any ?? false
}

interface AssignedSeat {
  jobId: string
  devices: number
  firstRank: number
  store: string | null
  address: string
  /** Of the worker that leads. */
  claim: JobClaim
}

/** The seat that another worker's claim has given to a worker. */
async function assignedSeat(tx: Statements, workerId: string): Promise<AssignedSeat | undefined> {
  const [seat] = await tx.$queryRaw<AssignedSeat[]>`
    SELECT seat."jobId", seat."devices", seat."firstRank", gang."store", gang."claim",
      (SELECT coalesce("address", '') FROM "Worker" WHERE "id" = ${workerId}) AS "address"
    FROM "GangSeat" AS seat JOIN "Gang" AS gang ON gang."jobId" = seat."jobId"
    JOIN "Job" AS job ON job."id" = gang."jobId" AND job."token" = gang."token"
    WHERE seat."workerId" = ${workerId} AND NOT seat."taken" AND seat."firstRank" > 0 AND ${HELD} AND job."leaseUntil" > ${NOW}
    LIMIT 1`
  return seat
}

/** Until the leader has said where ranks meet, the devices wait, and each look keeps the seat. */
async function takeSeat(
  tx: Statements,
  { jobId, workerId, store, claim, ...place }: AssignedSeat & { workerId: string },
  { leaseMs }: GangClaiming,
): Promise<JobClaim | undefined> {
  await tx.$executeRaw`
    UPDATE "GangSeat" SET "taken" = ${store !== null}, "until" = ${fromNow(leaseMs)} WHERE "jobId" = ${jobId} AND "workerId" = ${workerId}`
  if (store === null) return undefined
  return { ...claim, gang: { ...place, store } }
}

interface WaitingGang {
  jobId: string
  devices: number
  /** By other workers. */
  offered: number
  /** What this worker can offer. */
  own: number
  address: string
}

/**
 * The job that has waited longest for devices of several workers, of those that may run now and that this worker has free devices for. One whose
 * own reservation waits for its devices goes on with that.
 */
async function longestWaiting(
  tx: Statements,
  workerId: string,
  worker: WorkerDevices,
  quota: Quota,
): Promise<WaitingGang | undefined> {
  const needs = Prisma.sql`"Job"."resources"`
  const free = fitting(Prisma.sql`worker."free"`, needs)
  const isReserved = Prisma.sql`
    EXISTS (SELECT FROM "Job" AS reserved WHERE reserved."reservedBy" = ${workerId} AND reserved."reservedUntil" > ${NOW})`
  const running = Prisma.sql`(
    SELECT count(*) FROM "Job" AS held WHERE held."teamId" = "Job"."teamId" AND ${HELD} AND held."leaseUntil" >= ${NOW})`
  const [gang] = await tx.$queryRaw<WaitingGang[]>`
    WITH ${claimingWorker(worker, Prisma.sql`"state" = 'active'`)}
    SELECT gang."jobId", gang."devices", others."devices"::int AS "offered", worker."address",
      least(${free}, gang."devices" - others."devices")::int AS "own"
    FROM "Gang" AS gang JOIN "Job" ON "Job"."id" = gang."jobId" JOIN "Team" ON "Team"."id" = "Job"."teamId" CROSS JOIN worker
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(seat."devices"), 0) AS "devices" FROM "GangSeat" AS seat JOIN "Worker" AS peer ON peer."id" = seat."workerId"
      WHERE seat."jobId" = gang."jobId" AND seat."workerId" <> ${workerId} AND seat."until" > ${NOW} AND ${mayClaim(Prisma.sql`peer`, needs)}
    ) AS others
    WHERE ${GATHERING} AND gang."kind" = ${kindOf(Prisma.sql`worker`)} AND ${free} > 0 AND NOT ${isReserved}
      AND ${servesTogether(needs)} AND ${devicesTogether(needs)} >= gang."devices" AND "Team"."suspendedAt" IS NULL
      AND ((${QUEUED} AND ${DUE} AND ${withinQuota(quota, running)}) OR (${HELD} AND "Job"."leaseUntil" < ${NOW}))
    ORDER BY gang."since", gang."jobId" LIMIT 1`
  return gang
}

/** Claims a job for every worker that has offered devices. Ranks begin with those of the worker that leads. */
async function claimForAll(
  tx: Statements,
  { jobId, devices, own, address }: WaitingGang,
  worker: WorkerDevices & { workerId: string },
  { claim, leaseMs }: GangClaiming,
): Promise<JobClaim | undefined> {
  const claimed = await claim(tx, jobId, { ...worker, count: devices })
  if (claimed === undefined) {
    await tx.$executeRaw`DELETE FROM "Gang" WHERE "jobId" = ${jobId}`
    return undefined
  }
  const { workerId } = worker
  await tx.$executeRaw`UPDATE "Gang" SET "token" = ${claimed.token}, "claim" = ${json(claimed)}::jsonb WHERE "jobId" = ${jobId}`
  await tx.$executeRaw`
    DELETE FROM "GangSeat" AS seat WHERE "jobId" = ${jobId} AND ("until" <= ${NOW} OR "devices" = 0
      OR NOT EXISTS (SELECT FROM "Worker" AS peer JOIN "Job" ON "Job"."id" = ${jobId}
        WHERE peer."id" = seat."workerId" AND ${mayClaim(Prisma.sql`peer`, Prisma.sql`"Job"."resources"`)}))`
  await tx.$executeRaw`
    UPDATE "GangSeat" AS seat SET "firstRank" = ordered."before", "until" = ${fromNow(leaseMs)}, "taken" = seat."workerId" = ${workerId}
    FROM (
      SELECT "workerId", sum("devices") OVER (ORDER BY "workerId" <> ${workerId}, "workerId") - "devices" AS "before"
      FROM "GangSeat" WHERE "jobId" = ${jobId}
    ) AS ordered WHERE seat."jobId" = ${jobId} AND seat."workerId" = ordered."workerId"`
  await tx.$executeRaw`
    UPDATE "Attempt" SET "members" = (
      SELECT jsonb_agg(jsonb_build_object('worker', peer."name", 'devices', seat."devices") ORDER BY seat."firstRank")
      FROM "GangSeat" AS seat JOIN "Worker" AS peer ON peer."id" = seat."workerId" WHERE seat."jobId" = ${jobId})
    WHERE "jobId" = ${jobId} AND "number" = ${claimed.attempt}`
  const gang: GangPlace = { devices: own, firstRank: 0, address, store: null }
  return { ...claimed, gang }
}
