import pg from 'pg'
import { Prisma } from './generated/client.ts'
import { joinedQuery, withConnection, type FirstStatement } from './joined-query.ts'
import type { Statements } from './prisma-types.ts'

/** `timestamp`, which holds UTC; `pg` would read it in the zone of the process. */
const TIMESTAMP = 1114
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    oid === TIMESTAMP ? (text: string) => new Date(`${text}Z`) : pg.types.getTypeParser(oid, format),
}

/** Names of statements by their texts, of which there are few: each connection plans each once. */
const names = new Map<string, string>()

/** Of statements that are sent more than once: a long text takes as long to put together as its answer. */
const configs = new WeakMap<Prisma.Sql, pg.QueryConfig>()

function configOf(statement: Prisma.Sql): pg.QueryConfig {
  const known = configs.get(statement)
  if (known !== undefined) return known
  const { text } = statement
  const name = names.get(text) ?? `anneal_direct_${names.size}`
  names.set(text, name)
  const config = { name, text, values: statement.values.map(valueOf), types }
  configs.set(statement, config)
  return config
}

function valueOf(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value
}

const BEGIN = { name: 'anneal_begin', text: 'BEGIN', values: [] } as const satisfies FirstStatement
const COMMIT: pg.QueryConfig = { name: 'anneal_commit', text: 'COMMIT' }

const rowsOf = async <Rows>(result: Promise<pg.QueryResult>): Promise<Rows> => (await result).rows as Rows

const sqlOf = (query: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]): Prisma.Sql =>
  query instanceof Prisma.Sql ? query : Prisma.sql(query, ...values)

/**
 * Statements that go to `pg` itself, prepared: what workers call most often costs a process many times less so than through Prisma. Their
 * texts have to be few, with all that varies as parameters.
 */
export class Direct implements Statements {
  private readonly pool: pg.Pool

  constructor(pool: pg.Pool) {
    this.pool = pool
  }

  $queryRaw<Rows>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<Rows> {
    return rowsOf<Rows>(this.with((client) => client.query(configOf(sqlOf(query, values)))))
  }

  async $executeRaw(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<number> {
    return (await this.with((client) => client.query(configOf(sqlOf(query, values))))).rowCount ?? 0
  }

  /** Runs a statement after another in one transaction and one round trip: what it locks is held for no answer of ours. */
  after<Rows>(first: FirstStatement, query: Prisma.Sql): Promise<Rows> {
    return rowsOf<Rows>(this.with((client) => joinedQuery(client, first, configOf(query))))
  }

  /** Runs statements in one transaction, which begins with the first of them. */
  transaction<T>(run: (statements: Statements) => Promise<T>): Promise<T> {
    return this.with(async (client) => {
      let hasBegun = false
      const send = (query: TemplateStringsArray | Prisma.Sql, values: unknown[]): Promise<pg.QueryResult> => {
        const config = configOf(sqlOf(query, values))
        if (hasBegun) return client.query(config)
        hasBegun = true
        return joinedQuery(client, BEGIN, config)
      }
      const result = await run({
        $queryRaw: (query, ...values) => rowsOf(send(query, values)),
        $executeRaw: async (query, ...values) => (await send(query, values)).rowCount ?? 0,
      })
      if (hasBegun) await client.query(COMMIT)
      return result
    })
  }

  /** A transaction that failed ends with its connection. */
  private with<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return withConnection(() => this.pool.connect(), run)
  }
}
