import type pg from 'pg'
import { withClient } from '../store/application-role.ts'
import type { Seed } from './seed.ts'

/** What the database shows of the first team's rows. */
export interface TableResult {
  table: string
  /** Rows with the canary or an id of the first team: for its own setting, for the other team's, and for none. */
  first: number
  other: number
  none: number
  /** Rows of the first team that the other could change. */
  changed: number
}

const INSUFFICIENT_PRIVILEGE = '42501'
const STILL_NAMED = '23503'
/** Tables that workers empty by themselves. */
const QUEUES = ['Outbox', 'RemovedBlob']

const patterns = ({ canary, first }: Seed): string[] =>
  [canary, ...Object.values(first.ids)].map((mark) => `%${mark.replaceAll('_', '\\_')}%`)

async function tablesOf(client: Pick<pg.Client, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    `SELECT tablename AS "table" FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`,
  )
  return rows.map(({ table }) => table)
}

/** A hash of the first team's rows by table, as a role that sees them all: no call of the other team may change it. */
export async function hashRows(client: pg.Client, seed: Seed): Promise<Map<string, string>> {
  const hashes = new Map<string, string>()
  for (const table of await tablesOf(client)) {
    if (QUEUES.includes(table)) continue
    const { rows } = await client.query<{ hash: string }>(
      `SELECT md5(string_agg(own::text, ';' ORDER BY own::text)) AS hash FROM ${client.escapeIdentifier(table)} AS own
       WHERE own::text LIKE ANY($1)`,
      [patterns(seed)],
    )
    hashes.set(table, rows[0]?.hash ?? '')
  }
  return hashes
}

/** Reads and changes every table as the role of the API, in transactions that are taken back. */
export async function checkTables(databaseUrl: string, seed: Seed): Promise<TableResult[]> {
  const { first, other } = seed
  return withClient(databaseUrl, async (client) => {
    const marks = patterns(seed)
    const results: TableResult[] = []
    for (const table of await tablesOf(client)) {
      const name = client.escapeIdentifier(table)
      const matching = `FROM ${name} AS own WHERE own::text LIKE ANY($1)`
      const count = (team: string | undefined): Promise<number> =>
        within(client, team, async () =>
          Number((await client.query<{ n: string }>(`SELECT count(*) AS n ${matching}`, [marks])).rows[0]?.n),
        )
      const changed = await within(
        client,
        other.teamId,
        async () => (await client.query(`DELETE ${matching}`, [marks]).catch(refused))?.rowCount ?? 0,
      )
      results.push({
        table,
        first: await count(first.teamId),
        other: await count(other.teamId),
        none: await count(undefined),
        changed,
      })
    }
    return results
  })
}

/** No role of the service deletes from the audit log. A row that other rows alone keep from being deleted could be. */
function refused(error: unknown): { rowCount: number } | undefined {
  const { code } = error as { code?: unknown }
  if (code === STILL_NAMED) return { rowCount: 1 }
  if (code !== INSUFFICIENT_PRIVILEGE) throw error
  return undefined
}

async function within(client: pg.Client, team: string | undefined, run: () => Promise<number>): Promise<number> {
  await client.query('BEGIN')
  try {
    if (team !== undefined) await client.query(`SELECT set_config('anneal.team', $1, true)`, [team])
    return await run()
  } finally {
    await client.query('ROLLBACK')
  }
}
