import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { currentTeam } from '../service/team-scope.ts'
import { Direct } from './direct.ts'
import { PLANNED_FOR_VALUES } from './listing.ts'
import type { NamedPool } from './named-pool.ts'
import { oneQueryAtATime, replacing } from './one-query-at-a-time.ts'
import { TeamPool } from './team-pool.ts'
import type { TransactionLimits } from './transaction-limits.ts'

type Factory = ReturnType<typeof oneQueryAtATime>
type Adapter = Awaited<ReturnType<Factory['connect']>>
type Queryable = Pick<Adapter, 'queryRaw' | 'executeRaw' | 'startTransaction'>

const CONNECTIONS = 10
/** The named functions are short, and few run at once. */
const SERVICE_CONNECTIONS = 5
const CONNECT_WITHIN_MS = 5000
/** Statements that a connection keeps. */
const MAX_PREPARED = 200

const everyTeam = new AsyncLocalStorage<true>()
/** Runs with the rows of every team: for the functions that `postgres.ts` names, and no others. */
export const withEveryTeam = <T>(run: () => T): T => everyTeam.run(true, run)

/** How Prisma connects, and the pools that it takes connections from. */
export interface Connection {
  factory: Factory
  pools: readonly NamedPool[]
  /** Statements of workers, which do not go through Prisma; they see no rows of a team's. */
  direct: Direct
}

/** Has the next query take a new connection for an idle one that breaks, as when the database restarts; unheard, its error would end the process. */
function replacingBroken<Pool extends pg.Pool>(pool: Pool): Pool {
  return pool.on('error', () => undefined)
}

/** PostgreSQL ends the transaction of a process that is frozen in it: what it has locked, others wait for. */
const optionsFor = (connectionString: string, { frozenMs }: TransactionLimits): pg.PoolConfig => ({
  connectionString,
  connectionTimeoutMillis: CONNECT_WITHIN_MS,
  idle_in_transaction_session_timeout: frozenMs,
})

/** Connections of a role that sees every team's rows. */
export function serviceConnection(url: string, limits: TransactionLimits, max = CONNECTIONS): Connection {
  const pool = replacingBroken(new pg.Pool({ ...optionsFor(url, limits), max }))
  const factory = oneQueryAtATime(new PrismaPg(pool, { disposeExternalPool: true }))
  return { factory, pools: [{ role: 'service', pool }], direct: new Direct(pool) }
}

/**
 * Connections of the API. Each query, and each transaction, is for the team of `withinTeam`, which is set in the same transaction; without
 * one the database shows nothing. What runs in `withEveryTeam` takes a connection of the service role instead.
 */
export function teamConnection(
  { databaseUrl, serviceUrl }: { databaseUrl: string; serviceUrl: string },
  limits: TransactionLimits,
): Connection {
  const service = serviceConnection(serviceUrl, limits, SERVICE_CONNECTIONS)
  const options = { ...optionsFor(databaseUrl, limits), max: CONNECTIONS }
  const pool = replacingBroken(new TeamPool(options, currentTeam))
  const prepared = { disposeExternalPool: true, statementNameGenerator: statementNames() }
  const factory = oneQueryAtATime(new PrismaPg(pool, prepared))
  const chosenByTeam = replacing(factory, 'connect', (connect) => async () => {
    const [team, every] = await Promise.all([connect(), service.factory.connect()])
    const chosen = (): Queryable => (everyTeam.getStore() === true ? every : team)
    return withMethods(team, {
      queryRaw: (query) => chosen().queryRaw(query),
      executeRaw: (query) => chosen().executeRaw(query),
      startTransaction: (isolation) => chosen().startTransaction(isolation),
      async dispose() {
        await Promise.all([team.dispose(), every.dispose()])
      },
    })
  })
  return { factory: chosenByTeam, pools: [{ role: 'team', pool }, ...service.pools], direct: new Direct(pool) }
}

/**
 * Policies take time to plan: the texts that come first, which are the usual ones, are planned once for each connection. Not those whose best
 * plan depends on their values.
 */
function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>()
  return ({ sql }) => {
    const known = names.get(sql)
    if (known !== undefined || names.size >= MAX_PREPARED || sql.includes(PLANNED_FOR_VALUES)) return known ?? ''
    const name = `anneal_${names.size}`
    names.set(sql, name)
    return name
  }
}

function withMethods(adapter: Adapter, methods: Queryable & Pick<Adapter, 'dispose'>): Adapter {
  return (['queryRaw', 'executeRaw', 'startTransaction', 'dispose'] as const).reduce<Adapter>(
    (wrapped, name) => replacing(wrapped, name, () => methods[name] as never),
    adapter,
  )
}
