import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkIsolation, checkRoutes, leakCount, type IsolationReport } from '../../src/isolation/check.ts'
import { reportText } from '../../src/isolation/report.ts'
import { seedByKeys } from '../../src/isolation/seed-by-keys.ts'
import { seed } from '../../src/isolation/seed.ts'
import { mayCall } from '../../src/service/role-scopes.ts'
import { withClient } from '../../src/store/application-role.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let api: string
beforeAll(async () => {
  service = await startService()
  api = await service.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => service.stop())

const check = (): Promise<IsolationReport> =>
  withClient(service.database.workerUrl, async (client) => {
    const made = await seed(service.store, client)
    try {
      return await checkIsolation({ api, databaseUrl: service.database.applicationUrl }, made, client)
    } finally {
      await made.remove()
    }
  })

const asOwner = (sql: string): Promise<unknown> => withClient(service.database.url, (client) => client.query(sql))

describe('the isolation check', () => {
  it('finds no leak over every route, role and table, and leaves nothing', async () => {
    const report = await check()
    expect(report.leaks).toEqual([])
    expect(leakCount(report), reportText(report)).toBe(0)
    expect(report.operations.length).toBeGreaterThan(50)
    // Every cell: refused for want of the scope, and for that alone; everybody without a credential.
    for (const { method, path, scope, statuses } of report.operations)
      for (const role of report.roles) {
        const status = statuses[role]
        if (scope === 'operator') expect([401, 429], `${method} ${path} as ${role}`).toContain(status)
        else if (role === 'none') expect(status, `${method} ${path}`).toBe(401)
        else expect(status === 403, `${method} ${path} as ${role}`).toBe(!mayCall(role, scope))
      }
    expect(report.tables.length).toBeGreaterThan(15)
    for (const { table, first } of report.tables)
      if (['Person', 'Session', 'OperatorSession', 'Worker', 'Gang', 'GangSeat', 'Round'].includes(table))
        expect(first, table).toBe(0)
      else expect(first, table).toBeGreaterThan(0)
    expect(reportText(report)).toMatch(/routes with \d methods, 4 roles, \d+ calls, \d+ tables: leaks 0\.\n$/)
    expect((await service.store.jobs('any', { limit: 1 })).data).toEqual([])
    expect(
      await withClient(
        service.database.workerUrl,
        async (client) => (await client.query('SELECT FROM "Team"')).rowCount,
      ),
    ).toBe(0)
  })

  it('tries the routes with keys of two teams, over what there is, and leaves no key', async () => {
    const [first, other] = [await service.team(), await service.team()]
    const found = await seedByKeys(api, first.secret, other.secret)
    const report = await checkRoutes(api, found)
    await found.remove()
    expect(leakCount(report), reportText(report)).toBe(0)
    expect(report.calls).toBeGreaterThan(200)
    for (const { id } of [first, other]) {
      expect((await service.store.keys({ teamId: id }, { limit: 5 })).data).toHaveLength(1)
      expect((await service.store.uploads(id, { limit: 5 })).data.length).toBeLessThan(3)
    }
    await expect(seedByKeys(api, first.secret, first.secret)).rejects.toThrow('Both keys are of one team')
  })

  it('names the table whose policies are gone, where the routes still filter', async () => {
    await asOwner('ALTER TABLE "Policy" DISABLE ROW LEVEL SECURITY')
    try {
      const report = await check()
      expect(reportText(report)).toContain('LEAK table Policy')
      expect(leakCount(report)).toBe(1)
    } finally {
      await asOwner('ALTER TABLE "Policy" ENABLE ROW LEVEL SECURITY')
    }
  })

  it('names a route whose use case forgets to filter where the database does not either', async () => {
    await asOwner('ALTER TABLE "Job" DISABLE ROW LEVEL SECURITY')
    const { store } = service.services
    const { report } = store
    store.report = async (_, id) => {
      const { rows } = await withClient(service.database.url, (client) =>
        client.query<{ name: string }>('SELECT "name" FROM "Job" WHERE "id" = $1', [id]),
      )
      return rows[0]
    }
    const { job } = store
    store.job = async (teamId, id) => (await job(teamId, id)) ?? ({ id } as never)
    try {
      const { leaks } = await check()
      expect(leaks.map(({ operation, role }) => `${operation} ${role}`)).toContain('GET /v1/jobs/{id}/report viewer')
      expect(leaks.some(({ what }) => what.includes('holds text of the first team'))).toBe(true)
    } finally {
      Object.assign(store, { report, job })
      await asOwner('ALTER TABLE "Job" ENABLE ROW LEVEL SECURITY')
    }
  })
})
