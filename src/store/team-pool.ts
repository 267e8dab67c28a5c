import pg from 'pg'
import { joinedQuery, withConnection } from './joined-query.ts'

const SET_TEAM = `SELECT set_config('anneal.team', $1, true)`

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
    return withConnection(
      () => super.connect(),
      (client) => {
        if (teamId === undefined) return client.query(config)
        return joinedQuery(client, { name: 'anneal_set_team', text: SET_TEAM, values: [teamId] }, config)
      },
    )
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
