import type pg from 'pg'
import type { ConnectionUse } from '../service/ports/operations.ts'

/** What the connections of workers are called, before the process and host; PostgreSQL keeps 63 characters. */
const WORKER_NAME = 'anneal worker '

/** The URL of a worker's connections, by whose name it is known to be there. */
export function namedAsWorker(databaseUrl: string, { pid, host }: { pid: number; host: string }): string {
  // Addresses of sockets and of several hosts are no URLs, and stay as they are.
  if (!URL.canParse(databaseUrl)) return databaseUrl
  const url = new URL(databaseUrl)
  url.searchParams.set('application_name', `${WORKER_NAME}${pid}@${host}`)
  return url.href
}

/** A pool of connections, by the role that they have. */
export interface NamedPool {
  role: ConnectionUse['role']
  pool: pg.Pool
}

export const connectionUse = ({ role, pool }: NamedPool): ConnectionUse => ({
  role,
  busy: pool.totalCount - pool.idleCount,
  idle: pool.idleCount,
  waiting: pool.waitingCount,
  max: pool.options.max,
})
