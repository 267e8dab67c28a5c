import pg from 'pg'

/** What `pg` has of a connection and a query, as far as the query below sends and receives messages itself. */
interface Connection {
  parse(statement: { name: string; text: string }): void
  bind(portal: { statement: string; values: unknown[]; valueMapper: (value: unknown) => unknown }): void
  execute(portal: object): void
}
interface Message {
  fields?: unknown
}
interface SubmittedQuery {
  callback: (error: Error | null, result?: pg.QueryResult) => void
  prepare(connection: Connection): void
  handleDataRow(message: Message): void
  handleCommandComplete(message: Message, connection: Connection): void
}
const PgQuery = pg.Query as unknown as new (config: object) => SubmittedQuery

/** A statement that each connection plans once, and whose rows nobody reads. */
export interface FirstStatement {
  name: string
  text: string
  values: readonly (string | number)[]
}

/** Names of first statements that a connection has. */
const prepared = new WeakMap<Connection, Set<string>>()

/**
 * A query after another statement. Both go to the server together, before one Sync: PostgreSQL runs them one after the other in one
 * transaction, the second with a snapshot of its own, and the answer takes one round trip.
 */
class JoinedQuery extends PgQuery {
  private readonly first: FirstStatement
  private isSecond = false

  constructor(first: FirstStatement, config: object) {
    super({ ...config, queryMode: 'extended' })
    this.first = first
  }

  override prepare(connection: Connection): void {
    const { name, text, values } = this.first
    // A connection on which something fails is closed, so that what was sent was prepared.
    const known = prepared.get(connection) ?? new Set()
    prepared.set(connection, known)
    if (!known.has(name)) connection.parse({ name, text })
    known.add(name)
    connection.bind({ statement: name, values: [...values], valueMapper: String })
    connection.execute({})
    super.prepare(connection)
  }

  override handleDataRow(message: Message): void {
    if (this.isSecond) super.handleDataRow(message)
  }

  override handleCommandComplete(message: Message, connection: Connection): void {
    if (this.isSecond) super.handleCommandComplete(message, connection)
    this.isSecond = true
  }
}

/** Runs a query and a statement before it in one transaction of their own. */
export function joinedQuery(
  client: pg.PoolClient,
  first: FirstStatement,
  config: pg.QueryConfig,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new JoinedQuery(first, config)
    query.callback = (error, result) => {
      if (error === null) resolve(result!)
      else reject(error)
    }
    client.query(query as unknown as pg.Submittable)
  })
}

/** Takes a connection of a pool for as long as `run` takes; one on which something failed is closed. */
export async function withConnection<T>(
  connect: () => Promise<pg.PoolClient>,
  run: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect()
  // The query fails with it.
  const ignore = (): void => undefined
  client.on('error', ignore)
  let failure: Error | undefined
  try {
    return await run(client)
  } catch (error) {
    failure = error as Error
    throw error
  } finally {
    client.off('error', ignore)
    client.release(failure)
  }
}
