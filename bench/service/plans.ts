import pg from 'pg'
import type { ServiceUnderTest } from '../../test/helpers/service.ts'

interface Sent {
  text: string
  values?: unknown[]
}

/** The plans of the queries that a call sends, as PostgreSQL makes and times them for the API's role and the team. */
export async function plansOf(
  { app, database }: ServiceUnderTest,
  { teamId, headers, path }: { teamId: string; headers: Record<string, string>; path: string },
): Promise<{ query: string; plan: string }[]> {
  const sent = await queriesOf(() => app.inject({ url: path, headers }))
  const client = new pg.Client({ connectionString: database.applicationUrl })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SELECT set_config('anneal.team', $1, true)`, [teamId])
    const plans: { query: string; plan: string }[] = []
    for (const { text, values = [] } of sent) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, COSTS OFF) ${text}`, values)
      plans.push({ query: text, plan: rows.map((row) => row['QUERY PLAN']).join('\n') })
    }
    await client.query('ROLLBACK')
    return plans
  } finally {
    await client.end()
  }
}

/** What is sent to the database while something runs, but for the reading of keys, which is each call's. */
async function queriesOf(run: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = []
  const { prototype } = pg.Client as unknown as { prototype: { query: (...input: unknown[]) => unknown } }
  const original = prototype.query
  prototype.query = function (this: pg.Client, ...input: unknown[]) {
    const query = input[0] as Partial<Sent> | undefined
    if (query?.text !== undefined && /^\s*(\/\*.*?\*\/\s*)?(SELECT|WITH)/.test(query.text)) sent.push(query as Sent)
    return original.apply(this, input)
  }
  try {
    await run()
  } finally {
    prototype.query = original
  }
  return sent.filter(({ text }) => /"(Job|Metric|MetricRange|Sweep|DatasetVersion)"/.test(text))
}
