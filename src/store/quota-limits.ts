import type { Quota } from '../service/ports/teams.ts'
import { Prisma } from './generated/client.ts'

export const NO_QUOTA: Quota = {
  runningJobs: Infinity,
  queuedJobs: Infinity,
  deviceHours: Infinity,
  ingests: Infinity,
  uploads: Infinity,
  bytes: Infinity,
  apiKeys: Infinity,
  requestsPerMinute: Infinity,
}

/** JSON and parameters have no infinity; more than anything counts. */
const UNLIMITED = 1e18

/** A limit of a row of "Team": its own, or the installation's. */
export const limitOf = (quota: Quota, of: keyof Quota): Prisma.Sql =>
  Prisma.sql`coalesce(("Team"."quota"->>${of}::text)::float8, ${Number.isFinite(quota[of]) ? quota[of] : UNLIMITED}::float8)`
