import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startStore, type StoreUnderTest } from '../helpers/service.ts'

let under: StoreUnderTest
let database: pg.Client
beforeAll(async () => {
  under = await startStore()
  database = new pg.Client({ connectionString: under.service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await under.service.stop()
})

/** A job with a value at every step from 1 on, 0 but for the spikes. */
async function jobWith(steps: number, spikes: Readonly<Record<number, number>> = {}, keys = ['loss']): Promise<string> {
  const id = await under.newJob()
  for (const key of keys)
    await database.query(
      `INSERT INTO "Metric" ("jobId", "key", "step", "value")
       SELECT $1, $2, step, coalesce(($4::jsonb ->> step::text)::float8, 0) FROM generate_series(1, $3::int) AS step`,
      [id, key, steps, JSON.stringify(spikes)],
    )
  return id
}

describe('a long series', () => {
  it('keeps its extremes and its newest point, and is read without its values', async () => {
    const id = await jobWith(60_000, { 17: 5, 30_001: -7, 59_990: 9 })
    const sent: string[] = []
    const original = pg.Client.prototype.query as (...input: unknown[]) => unknown
    const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client,
      ...input: unknown[]
    ) {
      sent.push((input[0] as { text?: string }).text ?? '')
      return original.apply(this, input) as never
    })
    const [series] = await under.store.metrics(id, { maxPoints: 500 })
    spy.mockRestore()
    const points = series?.points ?? []
    expect(points.length).toBeLessThanOrEqual(500)
    expect(points.length).toBeGreaterThan(200)
    for (const point of [
      [17, 5],
      [30_001, -7],
      [59_990, 9],
    ])
      expect(points).toContainEqual(point)
    expect(points.at(-1)).toEqual([60_000, 0])
    expect(sent.filter((text) => text.includes('FROM "Metric"')).every((text) => text.includes('LIMIT 1'))).toBe(true)
    const later = (await under.store.metrics(id, { maxPoints: 500, after: 59_989 }))[0]?.points ?? []
    expect([later[0], later.at(-1), later.length]).toEqual([[59_990, 9], [60_000, 0], 11])
  })

  it('of which some keys are asked for is not read with the others', async () => {
    const id = await jobWith(2000, { 5: 1 }, ['a', 'b', 'c'])
    const read = await under.store.metrics(id, { keys: ['b', 'none'], maxPoints: 10_000 })
    expect(read.map(({ key, points }) => [key, points.length])).toEqual([['b', 2000]])
    expect(await under.store.metrics(id, { after: 5000, maxPoints: 10 })).toEqual([])
  })

  it('follows values that are written again, and goes with its job', async () => {
    const id = await jobWith(40_000, { 20_000: 50 })
    const claim = await under.store.claimJob(id, 60_000)
    const again = [
      { key: 'loss', step: 20_000, value: 1 },
      { key: 'loss', step: 20_001, value: -3 },
      { key: 'loss', step: 40_001, value: 2 },
      { key: 'lr', step: 1, value: 1.5e-7 },
    ]
    await under.store.recordJob(id, claim?.token ?? 0, { events: [], metrics: again })
    const [loss, rate] = await under.store.metrics(id, { maxPoints: 100 })
    const points = loss?.points ?? []
    expect(rate).toEqual({ key: 'lr', points: [[1, 1.5e-7]] })
    expect(Math.max(...points.map(([, value]) => value))).toBe(2)
    expect(points).toContainEqual([20_001, -3])
    expect(points.at(-1)).toEqual([40_001, 2])
    const ranges = async () =>
      (
        await database.query<{ n: string }>(
          'SELECT coalesce(sum("count"), 0) AS n FROM "MetricRange" WHERE "jobId" = $1',
          [id],
        )
      ).rows
    expect(await ranges()).toEqual([{ n: '40002' }])
    await database.query('DELETE FROM "Job" WHERE "id" = $1', [id])
    expect(await ranges()).toEqual([{ n: '0' }])
  })
})
