import pg from 'pg'

const SET_TEAM = `SELECT set_config('anneal.team', $1, true)`

const SET_TEAM_NAME = 'anneal_set_team'
const hasSetTeam = new WeakSet<Connection>()

/** What `pg` has of a connection and a query, as far as the query below sends and receives messages itself. */
interface Connection {
  parse(statement: { name: string; text: string }): void
  bind(portal: { statement: string; values: string[]; valueMapper: (value: string) => string }): void
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

/**
 * A query for one team. The setting and the query go to the server together, before one Sync: PostgreSQL runs both in one transaction, whose end
 * takes the setting back, and the answer takes one round trip.
 */
class TeamQuery extends PgQuery {
  private readonly teamId: string
  private isSet = false

  constructor(teamId: string, config: object) {
    super({ ...config, queryMode: 'extended' })
    this.teamId = teamId
  }

  override prepare(connection: Connection): void {
    // A connection on which something fails is closed, so that what was sent was prepared.
    if (!hasSetTeam.has(connection)) connection.parse({ name: SET_TEAM_NAME, text: SET_TEAM })
    hasSetTeam.add(connection)
    connection.bind({ statement: SET_TEAM_NAME, values: [this.teamId], valueMapper: String })
    connection.execute({})
    super.prepare(connection)
  }

  override handleDataRow(message: Message): void {
    if (this.isSet) super.handleDataRow(message)
  }

  override handleCommandComplete(message: Message, connection: Connection): void {
    if (this.isSet) super.handleCommandComplete(message, connection)
    this.isSet = true
  }
}

/** A pool whose queries are each for the team that `teamOf` gives at the time; with none they see no rows. */
export class TeamPool extends pg.Pool {
  private readonly teamOf: () => string | undefined

  constructor(options: pg.PoolConfig, teamOf: () => string | undefined) {
    super(options)
    this.teamOf = teamOf
    this.query = this.queryInTeam as typeof this.query
    this.connect = this.connectInTeam as typeof this.connect
  }

  private async queryInTeam(config: pg.QueryConfig): Promise<pg.QueryResult> {
    const teamId = this.teamOf()
    const client = await super.connect()
    // The query fails with it.
    const ignore = (): void => undefined
    client.on('error', ignore)
    let failure: Error | undefined
    try {
      return await (teamId === undefined ? client.query(config) : queryFor(client, teamId, config))
    } catch (error) {
      failure = error as Error
      throw error
    } finally {
      client.off('error', ignore)
      client.release(failure)
    }
  }

  /** For a transaction, which Prisma begins: the team is set with its BEGIN. */
  private async connectInTeam(): Promise<pg.PoolClient> {
    const teamId = this.teamOf()
    const client = await super.connect()
    if (teamId === undefined) return client
    return new Proxy(client, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (key !== 'query') return typeof value === 'function' ? (value.bind(target) as unknown) : value
        return async (config: pg.QueryConfig) => {
          const result = await target.query(config)
          if (config.text === 'BEGIN') await target.query(SET_TEAM, [teamId])
          return result
        }
      },
    })
  }
}

function queryFor(client: pg.PoolClient, teamId: string, config: pg.QueryConfig): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new TeamQuery(teamId, config)
    query.callback = (error, result) => {
      if (error === null) resolve(result!)
      else reject(error)
    }
    client.query(query as unknown as pg.Submittable)
  })
}
