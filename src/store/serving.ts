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

/** Whether there is a worker that has all of what is needed, and may claim it. */
const isServedInFull = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`
  EXISTS (
    SELECT FROM "Worker" AS other
    WHERE ${isAlive(Prisma.sql`other`)} AND other."state" = 'active' AND 'jobs' = ANY(other."lanes")
      AND ${isOfPool(Prisma.sql`other`, needs)} AND ${wanted(needs)} <= ${fitting(Prisma.sql`other."devices"`, needs)})`

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
