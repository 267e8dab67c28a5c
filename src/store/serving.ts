import { DEFAULT_POOL } from '../service/job-needs.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'

/** A worker that has not renewed its registration for so long counts as gone; its row is removed later. */
const ALIVE_MS = 15_000

const isAlive = (worker: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`${worker}."heartbeatAt" > ${NOW} - ${ALIVE_MS}::float8 * interval '1 millisecond'`

export const ALIVE = isAlive(Prisma.sql`worker`)

/** The pool that needs name. */
export const poolOf = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`coalesce(${needs}->>'pool', ${DEFAULT_POOL})`

/** How many devices needs name. */
export const wanted = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`coalesce((${needs}->>'devices')::int, 1)`

/** How many devices a row of "Job" is to have; tasks other than training get one. */
export const DEVICES_NEEDED = Prisma.sql`CASE "kind" WHEN 'fit' THEN ${wanted(Prisma.sql`"resources"`)} ELSE 1 END`

/** How many of a list of devices have what is needed of each: of the kind of which there are most. */
export const fitting = (devices: Prisma.Sql, needs: Prisma.Sql): Prisma.Sql => Prisma.sql`
  coalesce((
    SELECT max(fitting."count") FROM (
      SELECT count(*) AS "count" FROM jsonb_array_elements(${devices}) AS device
      WHERE (${needs}->>'device' IS NULL OR device->>'kind' = ${needs}->>'device')
        AND (${needs}->>'memory' IS NULL OR (device->>'memoryBytes')::bigint >= (${needs}->>'memory')::bigint)
      GROUP BY device->>'kind'
    ) AS fitting), 0)`

const isOfPool = (worker: Prisma.Sql, needs: Prisma.Sql): Prisma.Sql => Prisma.sql`
  (${poolOf(needs)} = ANY(${worker}."pools") AND to_jsonb(${worker}."labels") @> coalesce(${needs}->'labels', '[]'))`

/** Whether a row of "Worker" is there and may claim jobs of the pool that needs name. */
export const mayClaim = (worker: Prisma.Sql, needs: Prisma.Sql): Prisma.Sql => Prisma.sql`
  (${isAlive(worker)} AND ${worker}."state" = 'active' AND 'jobs' = ANY(${worker}."lanes") AND ${isOfPool(worker, needs)})`

/** Whether there is a worker that has all of what is needed, and may claim it. */
const isServedInFull = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`
  EXISTS (
    SELECT FROM "Worker" AS other
    WHERE ${mayClaim(Prisma.sql`other`, needs)} AND ${wanted(needs)} <= ${fitting(Prisma.sql`other."devices"`, needs)})`

/**
 * Whether a row of "worker" has what a job needs, free or not: the one place that says so. An elastic job needs one device where nobody has
 * as many as it names.
 * @param total how many devices of the worker have what is needed of each
 */
export const serves = (
  needs: Prisma.Sql,
  total = fitting(Prisma.sql`worker."devices"`, needs),
): Prisma.Sql => Prisma.sql`(
  ${isOfPool(Prisma.sql`worker`, needs)}
  AND CASE WHEN ${wanted(needs)} <= ${total} THEN true
    WHEN ${needs}->>'elastic' IS NULL THEN false
    ELSE ${total} > 0 AND NOT ${isServedInFull(needs)} END)`

/** The devices of a worker are of one kind. */
export const kindOf = (worker: Prisma.Sql): Prisma.Sql => Prisma.sql`(${worker}."devices"->0->>'kind')`

/** How many devices the workers have together that others reach and that may claim what is needed, of the kind of a row of "worker". */
export const devicesTogether = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`
  coalesce((
    SELECT sum(${fitting(Prisma.sql`peer."devices"`, needs)}) FROM "Worker" AS peer
    WHERE ${mayClaim(Prisma.sql`peer`, needs)} AND peer."address" IS NOT NULL
      AND ${kindOf(Prisma.sql`peer`)} = ${kindOf(Prisma.sql`worker`)}), 0)`

/** The most devices that one worker has which may claim what is needed. */
export const devicesOfOne = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`
  coalesce((
    SELECT max(${fitting(Prisma.sql`one."devices"`, needs)}) FROM "Worker" AS one WHERE ${mayClaim(Prisma.sql`one`, needs)}), 0)`

/**
 * Whether a row of "worker" can run what is needed together with others, where no worker can alone. An elastic job is run together on fewer
 * devices than it names where that are more than one worker has.
 */
export const servesTogether = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  CASE WHEN ${wanted(needs)} < 2 OR worker."address" IS NULL OR NOT ${isOfPool(Prisma.sql`worker`, needs)}
      OR ${fitting(Prisma.sql`worker."devices"`, needs)} = 0 OR ${isServedInFull(needs)} THEN false
    WHEN ${needs}->>'elastic' IS NULL THEN ${devicesTogether(needs)} >= ${wanted(needs)}
    ELSE ${devicesTogether(needs)} > ${devicesOfOne(needs)} END)`

/** Whether a row of "worker" can run what is needed, alone or together with others. */
export const servesSomehow = (needs: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(${serves(needs)} OR ${servesTogether(needs)})`
