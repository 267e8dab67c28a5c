import { mostDevices } from '../job-spec/even-batches.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { TaskKind } from '../job-spec/tasks.ts'
import { DEFAULT_POOL, type ShortNeeds } from '../service/job-needs.ts'
import type { WorkerDevices } from '../service/ports/job-claims.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import type { Statements } from './prisma-types.ts'
import { fitting } from './serving.ts'

/** How long a job is kept for a worker that waits for its own devices, and looks again once a second. */
const RESERVED_MS = 5000

/**
 * The row of the worker that claims, with all of its devices and the free ones. One that has not registered, as in tests, has what most jobs
 * need.
 */
export const claimingWorker = (
  { workerId, kind, count, free }: WorkerDevices,
  where = Prisma.sql`true`,
): Prisma.Sql => {
  const devices = Array.from({ length: count }, () => ({ kind: kind === 'cpu' ? 'cpu' : 'gpu' }))
  const source =
    workerId === undefined
      ? Prisma.sql`(SELECT ARRAY[${DEFAULT_POOL}] AS "pools", ARRAY[]::text[] AS "labels", ${JSON.stringify(devices)}::jsonb AS "devices", NULL::text AS "address")`
      : Prisma.sql`(SELECT "pools", "labels", "devices", "address" FROM "Worker" WHERE "id" = ${workerId} AND ${where})`
  return Prisma.sql`
    worker AS MATERIALIZED (
      SELECT *, ${free === undefined ? Prisma.sql`"devices"` : chosen(free)} AS "free" FROM ${source} AS registered)`
}

const chosen = (places: readonly number[]): Prisma.Sql => Prisma.sql`
  (SELECT coalesce(jsonb_agg(listed."device"), '[]') FROM jsonb_array_elements("devices") WITH ORDINALITY AS listed("device", "place")
    WHERE listed."place" - 1 = ANY(${[...places]}::int[]))`

/** Whether a row of jobs is reserved by a worker, by the database's clock. */
export const isReservedBy = (workerId: string | undefined, job: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`coalesce(${job}."reservedBy" = ${workerId ?? ''} AND ${job}."reservedUntil" > ${NOW}, false)`

/** Whether a worker may claim or reserve a row of jobs: not one that another worker's devices wait for, unless this one has enough free now. */
export const mayTake = (workerId: string | undefined, job: Prisma.Sql, isEnough: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  ${job}."reservedBy" IS NULL OR ${job}."reservedBy" = ${workerId ?? ''} OR ${job}."reservedUntil" <= ${NOW} OR ${isEnough})`

/** The devices that a worker gives to a job. */
interface Grant {
  devices: number
  /** How many the job names. */
  wanted: number
  /** Whether as many are free now. */
  isFree: boolean
}

interface GrantRow {
  kind: string
  resources: ShortNeeds
  accumulationFactor: number
  total: number
  free: number
  /** Of an elastic job. */
  spec: ResolvedSpec | null
}

/** How many devices a job gets of a worker: tasks other than `fit` get one, and elastic jobs no more than share their batches evenly. */
export async function grantFor(tx: Statements, id: string, worker: WorkerDevices): Promise<Grant> {
  const needs = Prisma.sql`job."resources"`
  const [row] = await tx.$queryRaw<GrantRow[]>`
    WITH ${claimingWorker(worker)}
    SELECT job."kind", job."resources", job."accumulationFactor",
      ${fitting(Prisma.sql`worker."devices"`, needs)}::int AS "total", ${fitting(Prisma.sql`worker."free"`, needs)}::int AS "free",
      CASE WHEN ${needs}->>'elastic' IS NOT NULL THEN job."spec" END AS "spec"
    FROM "Job" AS job CROSS JOIN worker WHERE job."id" = ${id}`
  if (row === undefined) return { devices: 1, wanted: 1, isFree: true }
  const devices = devicesOf(row)
  return { devices, wanted: row.resources.devices ?? 1, isFree: devices <= row.free }
}

function devicesOf({ kind, resources: { devices = 1 }, accumulationFactor, total, spec }: GrantRow): number {
  if (kind !== ('fit' satisfies TaskKind)) return 1
  return spec === null ? devices : mostDevices(spec, Math.min(devices, Math.max(1, total)), accumulationFactor)
}

/** Has the devices of a worker wait for a job. */
export async function reserve(tx: Statements, id: string, { workerId }: WorkerDevices): Promise<void> {
  if (workerId === undefined) return
  await tx.$executeRaw`
    UPDATE "Job" SET "reservedBy" = ${workerId}, "reservedUntil" = ${fromNow(RESERVED_MS)} WHERE "id" = ${id}`
}
