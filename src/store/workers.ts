import { AppError } from '../errors.ts'
import type { Candidates, NamedJob, WorkerStore } from '../service/ports/workers.ts'
import type { LaneName, Worker, WorkerDevice, WorkerJob, WorkerState } from '../service/worker-resources.ts'
import { recordChange } from './audit.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma, type PrismaClient, type Worker as Row } from './generated/client.ts'
import { HELD } from './metering.ts'
import { idCursor, page } from './pages.ts'
import type { Transaction } from './prisma-types.ts'
import { ALIVE, serves, servesSomehow } from './serving.ts'

/** A registration that was not renewed for so long is removed. */
const REMOVED_AFTER_MS = 600_000

interface ListedRow extends Row {
  alive: boolean
  work: (Omit<WorkerJob, 'claimedAt'> & { claimedMs: number | null })[]
  /** Devices that its jobs have. */
  held: number
}

/** Registered workers, by the database's clock. One function: a statement after the other on one table. */
export function workerStore(prisma: PrismaClient): WorkerStore {
  return {
    async registerWorker({ id, name, host, version, devices, labels, pools, lanes, slots, address }, state = 'active') {
      await prisma.$executeRaw`
        INSERT INTO "Worker" ("id", "name", "host", "version", "devices", "labels", "pools", "lanes", "slots", "state", "registeredAt", "heartbeatAt", "address")
        VALUES (${id}, ${name}, ${host}, ${version}, ${JSON.stringify(devices)}::jsonb, ${labels}, ${pools}, ${lanes}, ${slots}, ${state}, ${NOW}, ${NOW}, ${address})
        ON CONFLICT ("id") DO UPDATE SET "heartbeatAt" = EXCLUDED."heartbeatAt"`
    },
    async renewWorker(id) {
      const [row] = await prisma.$queryRaw<{ state: WorkerState }[]>`
        UPDATE "Worker" SET "heartbeatAt" = ${NOW} WHERE "id" = ${id} RETURNING "state"`
      return row?.state
    },
    async removeWorker(id) {
      await prisma.worker.deleteMany({ where: { id } })
    },
    async removeLostWorkers() {
      const rows = await prisma.$queryRaw<{ name: string }[]>`
        DELETE FROM "Worker" WHERE "heartbeatAt" < ${fromNow(-REMOVED_AFTER_MS)} RETURNING "name"`
      return rows.map(({ name }) => name)
    },
    async beginRound(name, everyMs) {
      const next = fromNow(everyMs)
      // A time that is further away was written before the clock was set back.
      const begun = await prisma.$executeRaw`
        INSERT INTO "Round" AS round ("name", "dueAt") VALUES (${name}, ${next})
        ON CONFLICT ("name") DO UPDATE SET "dueAt" = EXCLUDED."dueAt"
        WHERE round."dueAt" NOT BETWEEN ${NOW} AND ${next}`
      return begun === 1
    },
    async workers({ limit, after }) {
      const before = idCursor(after)
      const where = before === undefined ? Prisma.sql`true` : Prisma.sql`worker."id" < ${before}`
      return page(await listed(prisma, where, limit + 1), limit, workerOf)
    },
    async worker(id) {
      const [row] = await listed(prisma, Prisma.sql`worker."id" = ${id}`, 1)
      return row === undefined ? undefined : workerOf(row)
    },
    setWorkerState: (id, state, by) =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ state: WorkerState }[]>`
          SELECT "state" FROM "Worker" WHERE "id" = ${id} FOR UPDATE`
        if (row === undefined) throw new AppError('not_found', `There is no worker ${id}.`)
        requireChange(id, row.state, state)
        await tx.worker.update({ where: { id }, data: { state } })
        await recordChange(tx, {
          teamId: null,
          by,
          action: ACTIONS[state],
          resource: { type: 'worker', id },
          before: { state: row.state },
          after: { state },
        })
        const [changed] = await listed(tx, Prisma.sql`worker."id" = ${id}`, 1)
        return workerOf(changed!)
      }),
    async namedJob(id, workerId) {
      const [row] = await prisma.$queryRaw<NamedJob[]>`
        SELECT job."state", job."blocked", job."resources",
          CASE WHEN ${HELD} AND job."leaseUntil" >= ${NOW} THEN coalesce((
            SELECT "worker" FROM "Attempt" WHERE "jobId" = job."id" AND "number" = job."attempt"), 'unknown') END AS "heldBy",
          coalesce((
            SELECT ${serves(Prisma.sql`job."resources"`)} FROM "Worker" AS worker WHERE worker."id" = ${workerId}), false) AS "fits"
        FROM "Job" AS job WHERE job."id" = ${id}`
      return row
    },
    async candidates(needs) {
      const [counted] = await prisma.$queryRaw<[Candidates]>`
        WITH needed AS MATERIALIZED (SELECT ${JSON.stringify(needs)}::jsonb AS "resources"), able AS (
          SELECT worker."state", worker."devices" FROM "Worker" AS worker CROSS JOIN needed
          WHERE ${ALIVE} AND worker."state" <> 'draining' AND 'jobs' = ANY(worker."lanes") AND ${servesSomehow(Prisma.sql`needed."resources"`)}
        )
        SELECT (SELECT count(*)::int FROM "Worker" AS worker WHERE ${ALIVE}) AS "workers",
          (SELECT count(*)::int FROM able) AS "able",
          (SELECT count(*)::int FROM able WHERE "state" = 'active') AS "active",
          (SELECT count(*)::int FROM able WHERE "devices" @> '[{"kind": "gpu"}]') AS "withGpu"`
      return counted
    },
  }
}

const ACTIONS: Readonly<Record<WorkerState, string>> = {
  active: 'uncordonWorker',
  cordoned: 'cordonWorker',
  draining: 'drainWorker',
}

/** @throws AppError `wrong_state` */
function requireChange(id: string, from: WorkerState, to: WorkerState): void {
  if (from === to) throw new AppError('wrong_state', `Worker ${id} is ${from} already.`)
  if (from === 'draining')
    throw new AppError('wrong_state', `Worker ${id} is draining, and ends when its work has ended.`)
}

const listed = (tx: Transaction | PrismaClient, where: Prisma.Sql, limit: number): Promise<ListedRow[]> =>
  tx.$queryRaw<ListedRow[]>`
    SELECT worker.*, ${ALIVE} AS "alive", coalesce(own."work", '[]') AS "work", coalesce(own."devices", 0)::int AS "held"
    FROM "Worker" AS worker CROSS JOIN LATERAL (
      SELECT sum(held."own") AS "devices", jsonb_agg(jsonb_build_object(
        'id', held."id", 'name', held."name", 'state', held."state", 'claimedMs', floor(1000 * extract(epoch FROM held."claimedAt")),
        'team', jsonb_build_object('id', team."id", 'name', team."name")) ORDER BY held."id") AS "work"
      FROM (
        SELECT "Job".*, coalesce(seat."devices", "Job"."devices") AS "own" FROM "Job" LEFT JOIN (
          SELECT part.*, gang."token" FROM "GangSeat" AS part JOIN "Gang" AS gang ON gang."jobId" = part."jobId"
        ) AS seat ON seat."jobId" = "Job"."id" AND seat."token" = "Job"."token" AND seat."workerId" = worker."id"
        WHERE ${HELD} AND ("Job"."workerId" = worker."id" OR seat."firstRank" > 0) AND "leaseUntil" >= ${NOW}
      ) AS held
      JOIN "Team" AS team ON team."id" = held."teamId"
    ) AS own
    WHERE ${where} ORDER BY worker."id" DESC LIMIT ${limit}`

const workerOf = (row: ListedRow): Worker => ({
  id: row.id,
  name: row.name,
  host: row.host,
  version: row.version,
  devices: row.devices as unknown as WorkerDevice[],
  labels: row.labels,
  pools: row.pools,
  lanes: row.lanes as LaneName[],
  slots: row.slots,
  address: row.address,
  freeSlots: Math.max(0, row.slots - row.held),
  jobs: row.work.map(({ id }) => id),
  work: row.work.map(({ claimedMs, ...job }) => ({
    ...job,
    claimedAt: claimedMs === null ? null : new Date(claimedMs).toISOString(),
  })),
  state: row.state as WorkerState,
  alive: row.alive,
  registeredAt: row.registeredAt.toISOString(),
  heartbeatAt: row.heartbeatAt.toISOString(),
})
