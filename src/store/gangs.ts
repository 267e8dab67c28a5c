import { mostDevices } from '../job-spec/even-batches.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { TaskKind } from '../job-spec/tasks.ts'
import type { ShortNeeds } from '../service/job-needs.ts'
import type { WorkerDevices } from '../service/ports/job-claims.ts'
import { claimingWorker } from './claiming-worker.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import type { Statements } from './prisma-types.ts'
import { devicesOfOne, devicesTogether, fitting, kindOf, servesTogether } from './serving.ts'

/** How long a worker's devices are offered to a gang without a further look of that worker. */
const OFFERED_MS = 10_000

/** Of a row of "Gang": whether devices are offered to it, and not all of them yet. */
export const GATHERING = Prisma.sql`(
  gang."token" IS NULL AND EXISTS (SELECT FROM "GangSeat" AS offer WHERE offer."jobId" = gang."jobId" AND offer."until" > ${NOW}))`

interface PlanRow {
  kind: string
  resources: ShortNeeds
  accumulationFactor: number
  deviceKind: string
  together: number
  ofOne: number
  free: number
  /** Of an elastic job. */
  spec: ResolvedSpec | null
}

/**
 * Has a job wait for devices of several workers where no worker can run it alone, and offers the free ones of this worker. Claims have to wait
 * for one another.
 * @returns whether it waits so
 */
export async function gather(tx: Statements, jobId: string, worker: WorkerDevices): Promise<boolean> {
  const { workerId } = worker
  const plan = workerId === undefined ? undefined : await planFor(tx, jobId, worker)
  if (workerId === undefined || plan === undefined) return false
  const [gathering] = await tx.$queryRaw<unknown[]>`
    SELECT true FROM "Gang" AS gang WHERE gang."jobId" = ${jobId} AND ${GATHERING}`
  if (gathering !== undefined) return true
  await tx.$executeRaw`
    DELETE FROM "Gang" AS gang WHERE gang."jobId" = ${jobId} OR (gang."token" IS NULL AND NOT ${GATHERING})`
  await tx.$executeRaw`
    INSERT INTO "Gang" ("jobId", "devices", "kind", "since") VALUES (${jobId}, ${plan.devices}, ${plan.kind}, ${NOW})`
  await offer(tx, { jobId, workerId, devices: plan.offered })
  return true
}

/** How many devices a job gets of several workers; undefined where it is for one alone. */
async function planFor(
  tx: Statements,
  jobId: string,
  worker: WorkerDevices,
): Promise<{ devices: number; kind: string; offered: number } | undefined> {
  const needs = Prisma.sql`job."resources"`
  const [row] = await tx.$queryRaw<PlanRow[]>`
    WITH ${claimingWorker(worker)}
    SELECT job."kind", job."resources", job."accumulationFactor", ${kindOf(Prisma.sql`worker`)} AS "deviceKind",
      ${devicesTogether(needs)}::int AS "together", ${devicesOfOne(needs)}::int AS "ofOne",
      ${fitting(Prisma.sql`worker."free"`, needs)}::int AS "free",
      CASE WHEN ${needs}->>'elastic' IS NOT NULL THEN job."spec" END AS "spec"
    FROM "Job" AS job CROSS JOIN worker WHERE job."id" = ${jobId} AND ${servesTogether(needs)}`
  if (row?.kind !== ('fit' satisfies TaskKind)) return undefined
  const { resources, accumulationFactor, together, ofOne, free, spec } = row
  const { devices: wanted = 1 } = resources
  const devices = spec === null ? wanted : mostDevices(spec, Math.min(wanted, together), accumulationFactor)
  return devices > ofOne ? { devices, kind: row.deviceKind, offered: Math.min(free, devices) } : undefined
}

interface Offer {
  jobId: string
  workerId: string
  devices: number
}

/** Offers devices of a worker to a gang, and withdraws what it has offered to another. */
export async function offer(tx: Statements, { jobId, workerId, devices }: Offer): Promise<void> {
  await withdraw(tx, workerId, jobId)
  await tx.$executeRaw`
    INSERT INTO "GangSeat" ("jobId", "workerId", "devices", "until")
    VALUES (${jobId}, ${workerId}, ${devices}, ${fromNow(OFFERED_MS)})
    ON CONFLICT ("jobId", "workerId") DO UPDATE SET "devices" = EXCLUDED."devices", "until" = EXCLUDED."until"`
}

/** Takes back what a worker has offered, but to the gang that is named: its devices are for something else. */
export async function withdraw(tx: Statements, workerId: string, except = ''): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM "GangSeat" AS seat USING "Gang" AS gang
    WHERE seat."jobId" = gang."jobId" AND gang."token" IS NULL AND seat."workerId" = ${workerId} AND seat."jobId" <> ${except}`
}
