import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const JOBS = 20_000

let service: ServiceUnderTest
let team: { id: string; headers: Record<string, string> }
let database: pg.Client
beforeAll(async () => {
  service = await startService()
  team = await service.team()
  database = new pg.Client({ connectionString: service.database.applicationUrl })
  await database.connect()
  const owner = new pg.Client({ connectionString: service.database.url })
  await owner.connect()
  await owner.query(
    `INSERT INTO "DatasetVersion" ("id", "datasetId", "number", "isCurrent", "teamId", "name", "state", "sizeBytes")
     SELECT 'ds_' || i || '@1', 'ds_' || i, 1, true, $1, 'data ' || i, 'ready', 1 FROM generate_series(0, 99) AS i`,
    [team.id],
  )
  await owner.query(
    `INSERT INTO "Job" ("id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons", "createdAt", "priority")
     SELECT 'job_' || lpad(i::text, 9, '0'), $1, 'ds_' || i % 100 || '@1', 'run ' || i, CASE WHEN i % 100 = 0 THEN 'failed' ELSE 'succeeded' END,
       jsonb_build_object('model', jsonb_build_object('name', 'model' || i % 50)), 'hash', '{}', now() - i * interval '1 second', i % 7
     FROM generate_series(1, $2::int) AS i`,
    [team.id, JOBS],
  )
  await owner.query(
    `INSERT INTO "JobMetric" ("jobId", "teamId", "key", "value")
     SELECT "id", "teamId", key, random() FROM "Job" CROSS JOIN unnest(ARRAY['accuracy', 'ece']) AS key`,
  )
  await owner.query(
    `UPDATE "Job" SET "tags" = CASE WHEN "priority" = 0 THEN ARRAY['often', 'rare'] ELSE ARRAY['often'] END
     WHERE substr("id", 5)::int % 2 = 0 AND ("priority" > 0 OR substr("id", 5)::int % 1000 = 0)`,
  )
  await owner.query('ANALYZE')
  await owner.end()
})
afterAll(async () => {
  await database.end()
  await service.stop()
})

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Plan Rows': number
  Plans?: Plan[]
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

/** The plan of what a list sends, as the API's role makes it. */
async function planOf(query: string): Promise<Plan[]> {
  const sent: { text?: string; values?: unknown[] }[] = []
  const original = pg.Client.prototype.query as (...input: unknown[]) => unknown
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...input: unknown[]
  ) {
    sent.push(input[0] as never)
    return original.apply(this, input) as never
  })
  const response = await service.app.inject({ url: `/v1/jobs?${query}`, headers: team.headers })
  spy.mockRestore()
  expect(response.statusCode, response.body).toBe(200)
  const list = sent.find(({ text }) => text?.includes('"sortedBy"'))
  await database.query('BEGIN')
  await database.query(`SELECT set_config('anneal.team', $1, true)`, [team.id])
  const { rows } = await database.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (FORMAT JSON) ${list?.text ?? ''}`,
    list?.values ?? [],
  )
  await database.query('ROLLBACK')
  return nodes(rows[0]!['QUERY PLAN'][0]!.Plan)
}

describe('a page of many jobs', () => {
  it.each([
    '',
    'sort=created',
    'state=failed',
    'dataset=ds_7',
    'model=model3',
    'sort=name',
    'sort=-priority',
    'sort=-accuracy',
    'tag=often',
    'metric=accuracy>=0.5',
    'createdAfter=2020-01-01T00:00:00Z',
    'state=succeeded&sort=-accuracy',
  ])('is read along an index: %s', async (query) => {
    const plan = await planOf(query)
    const reading = plan.map((node) => `${node['Node Type']} ${node['Relation Name'] ?? ''}`.trim())
    expect(reading).not.toContain('Seq Scan Job')
    expect(reading).not.toContain('Seq Scan JobMetric')
    expect(reading).not.toContain('Seq Scan JobTag')
    expect(reading).not.toContain('Sort')
  })

  it.each([
    'name=run 77*',
    'metric=accuracy>=0.999',
    'tag=rare',
    'tag=often,rare&sort=name',
    'sort=name&model=model3&state=failed',
  ])('is read from the few rows that are left: %s', async (query) => {
    const reading = (await planOf(query)).map((node) => `${node['Node Type']} ${node['Relation Name'] ?? ''}`.trim())
    expect(reading).not.toContain('Seq Scan Job')
    expect(reading).not.toContain('Seq Scan JobMetric')
  })
})
