import { DEFAULT_POOL } from '../service/job-needs.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'

/** A worker that has not renewed its registration for so long counts as gone; its row is removed later. */
export const ALIVE_MS = 15_000

export const ALIVE = Prisma.sql`worker."heartbeatAt" > ${NOW} - ${ALIVE_MS}::float8 * interval '1 millisecond'`

/** The pool that needs name. */
export const poolOf = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`coalesce(${needs}->>'pool', ${DEFAULT_POOL})`

/** Whether a row of "worker" has what a job needs: the one place that says so. */
export const serves = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  ${poolOf(needs)} = ANY(worker."pools")
  AND to_jsonb(worker."labels") @> coalesce(${needs}->'labels', '[]')
  AND coalesce((${needs}->>'devices')::int, 1) <= coalesce((
    SELECT max(fitting."count") FROM (
      SELECT count(*) AS "count" FROM jsonb_array_elements(worker."devices") AS device
      WHERE (${needs}->>'device' IS NULL OR device->>'kind' = ${needs}->>'device')
        AND (${needs}->>'memory' IS NULL OR (device->>'memoryBytes')::bigint >= (${needs}->>'memory')::bigint)
      GROUP BY device->>'kind'
    ) AS fitting), 0))`
