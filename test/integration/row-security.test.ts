import { readdirSync } from 'node:fs'
import { Pool, type PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withinTeam } from '../../src/service/team-scope.ts'
import { openTeamStore } from '../../src/store/postgres.ts'
import { requireServiceRole, requireTeamRole } from '../../src/store/role-checks.ts'
import { grantApplication, grantWorker, withClient } from '../../src/store/application-role.ts'
import { applyMigrations } from '../../src/store/migrate.ts'
import { TeamPool } from '../../src/store/team-pool.ts'
import { startStore, type StoreUnderTest } from '../helpers/service.ts'

/** Tables that hold nothing of teams. */
const OF_NO_TEAM = ['_prisma_migrations']

/** Tables that show a team nothing. */
const OF_THE_SERVICE = ['Person', 'Session', 'OperatorSession', 'Worker', 'Gang', 'GangSeat', 'Round']
/** Rows that a team begins with. */
const OF_A_NEW_TEAM: Readonly<Record<string, number>> = { Team: 1, ApiKey: 1, AuditEntry: 2 }

const MIGRATIONS = readdirSync('prisma/migrations', { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
).length

let store: StoreUnderTest
let strangerId: string
/** As the API's role, with no pool of ours around it. */
let application: Pool
beforeAll(async () => {
  store = await startStore()
  strangerId = (await store.service.team()).id
  application = new Pool({ connectionString: store.service.database.applicationUrl, max: 1 })
  await fillEveryTable(await store.newJob())
})
afterAll(async () => {
  await application.end()
  await store.service.stop()
})

/** A row of the first team in each table. */
async function fillEveryTable(jobId: string): Promise<void> {
  const { teamId, datasetId } = store
  await withClient(store.service.database.url, async (client) => {
    const insert = (table: string, row: Record<string, unknown>): Promise<unknown> => {
      const names = Object.keys(row).map((name) => `"${name}"`)
      const places = names.map((_, i) => `$${i + 1}`)
      return client.query(`INSERT INTO "${table}" (${names.join()}) VALUES (${places.join()})`, Object.values(row))
    }
    await insert('Event', { jobId, type: 'log', data: '{}' })
    await insert('Metric', { jobId, key: 'loss', step: 1, value: 1 })
    const range = { jobId, key: 'loss', start: 7, teamId, count: 1 }
    await insert('MetricRange', { ...range, minStep: 7, minValue: 1, maxStep: 7, maxValue: 1 })
    await insert('JobMetric', { jobId, teamId, key: 'accuracy', value: 1 })
    await insert('JobTag', { jobId, teamId, tag: 't' })
    await insert('JobDependency', { jobId, onId: 'job_2' })
    await insert('Attempt', { jobId, number: 1, deviceKind: 'cpu', devices: 1, startedAt: new Date() })
    const blob = { jobId, kind: 'last', blobKey: 'b', sizeBytes: 1, sha256: 'f' }
    await insert('Checkpoint', { id: 'ckpt_1', step: 1, metrics: '{}', ...blob })
    await insert('CheckpointUse', { jobId, checkpointId: 'ckpt_1' })
    await insert('JobDependency', { jobId, onId: 'ds_1@1' })
    await insert('Artifact', { ...blob, fileName: 'a', contentType: 'text/plain' })
    await insert('Upload', { id: 'upl_1', teamId, expiresAt: new Date() })
    await insert('UploadPiece', { uploadId: 'upl_1', start: 0, sizeBytes: 1, blobKey: 'piece' })
    await insert('Policy', { id: 'policy_1', teamId, name: 'p', policy: '[]' })
    const plain = { teamId, datasetId, name: 's' }
    await insert('Sweep', { id: 'swp_1', ...plain, kind: 'grid', state: 'running', request: '{}' })
    await insert('Trial', { sweepId: 'swp_1', number: 1, jobId, parameters: '{}' })
    await insert('IdempotencyKey', { teamId, key: 'k', bodyHash: 'h', resourceId: 'r' })
    await insert('RemovedBlob', { key: 'blob', teamId })
    await insert('Person', { id: 'person_1', issuer: 'i', subject: 's' })
    await insert('Session', { id: 'sess_1', hash: 'h', personId: 'person_1', expiresAt: new Date() })
    await insert('OperatorSession', { id: 'opsess_1', hash: 'h', operator: 'ada', expiresAt: new Date() })
    await insert('Worker', { id: 'worker_1', name: 'w', host: 'h', version: '1', devices: '[]' })
    await insert('Round', { name: 'reconcile', dueAt: new Date() })
    await insert('Member', { id: 'mem_1', teamId, email: 'e', role: 'owner', personId: 'person_1' })
    await insert('DeviceUsage', { jobId, attempt: 1, day: new Date(), teamId, deviceKind: 'cpu', seconds: 1 })
    await insert('LogChunk', { owner: jobId, jobId, teamId, attempt: 1, firstLine: 0, lines: 1, bytes: 1 })
    await insert('Webhook', { id: 'wh_1', teamId, url: 'https://example.com', secret: 's', enabled: false })
    await insert('WebhookDelivery', {
      id: 'msg_1',
      webhookId: 'wh_1',
      teamId,
      type: 't',
      payload: '{}',
      state: 'failed',
    })
    await insert('RegisteredModel', { id: 'model_1', teamId, name: 'm' })
    const version = {
      checkpointId: 'ckpt_1',
      blobKey: 'b',
      sha256: 'f',
      sizeBytes: 1,
      lineage: '{}',
      registeredBy: '{}',
    }
    await insert('ModelVersion', { id: 'mv_1', modelId: 'model_1', number: 1, teamId, ...version })
    await insert('ModelAlias', { modelId: 'model_1', alias: 'champion', teamId, versionId: 'mv_1' })
    const promotion = { alias: 'champion', reason: 'r', promotedBy: '{}' }
    await insert('Promotion', { id: 'promo_1', modelId: 'model_1', teamId, ...promotion })
    await insert('Share', { id: 'share_1', teamId, toTeamId: teamId, modelId: 'model_1', sharedBy: '{}' })
    const batch = { checkpointId: 'ckpt_1', blobKey: 'b', sha256: 'f', request: '{}', state: 'failed' }
    await insert('PredictionBatch', { id: 'pred_1', teamId, ...batch })
    await insert('Trash', { id: 'job_t', teamId, type: 'job', name: 't', sizeBytes: 1, purgeAt: new Date(8e12) })
    await client.query('UPDATE "Outbox" SET "teamId" = $1', [teamId])
  })
}

async function tables(): Promise<string[]> {
  const { rows } = await withClient(store.service.database.url, (client) =>
    client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY($1) ORDER BY 1`,
      [OF_NO_TEAM],
    ),
  )
  return rows.map(({ name }) => name)
}

/** One transaction of the API's role, with a team or without; it is taken back. */
async function transaction<T>(team: string | undefined, run: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await application.connect()
  try {
    await client.query('BEGIN')
    if (team !== undefined) await client.query(`SELECT set_config('anneal.team', $1, true)`, [team])
    return await run(client)
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

const countIn = async (client: Pick<PoolClient, 'query'>, table: string): Promise<number> =>
  Number((await client.query<{ n: string }>({ text: `SELECT count(*) AS n FROM "${table}"` })).rows[0]?.n)

describe('row-level security', () => {
  it('looks a parent up by its id, rather than hashing all that the team has', async () => {
    const { rows } = await withClient(store.service.database.url, (client) =>
      client.query<{ name: string; qual: string }>(
        `SELECT tablename AS name, qual FROM pg_policies WHERE policyname = 'team' AND qual LIKE '%parent%' ORDER BY 1`,
      ),
    )
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['Attempt', 'Event', 'Metric', 'Trial']))
    expect(rows.filter(({ qual }) => qual.includes('EXISTS'))).toEqual([])
  })

  it('hides what is in the trash, with all that it has, from a transaction that does not say that it sees it', async () => {
    const hidden = ['Job', 'Sweep', 'Checkpoint', 'Artifact', 'Trial', 'Event', 'Metric']
    await withClient(store.service.database.url, async (client) => {
      await client.query(`UPDATE "Sweep" SET "trashId" = 'swp_1'`)
      await client.query(`UPDATE "Job" SET "trashId" = "id"`)
    })
    for (const table of hidden)
      expect(await transaction(store.teamId, (client) => countIn(client, table)), table).toBe(0)
    const shown = await transaction(store.teamId, async (client) => {
      await client.query(`SELECT set_config('anneal.trash', 'on', true)`)
      const counts: number[] = []
      for (const table of hidden) counts.push(await countIn(client, table))
      return counts
    })
    for (const count of shown) expect(count).toBeGreaterThan(0)
    await withClient(store.service.database.url, async (client) => {
      await client.query(`UPDATE "Sweep" SET "trashId" = NULL`)
      await client.query(`UPDATE "Job" SET "trashId" = NULL`)
    })
  })

  it('is forced, with a policy by team and one for the service, on every table; a new one is protected by its migration', async () => {
    const { rows } = await withClient(store.service.database.url, (client) =>
      client.query<{ name: string; forced: boolean; policies: string[] }>(
        `SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS forced,
           ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = pg_class.oid ORDER BY 1) AS policies
         FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`,
      ),
    )
    const unprotected = rows.filter(
      ({ forced, policies }) => !forced || !['service', 'team'].every((policy) => policies.includes(policy)),
    )
    expect(unprotected.map(({ name }) => name)).toEqual(OF_NO_TEAM)
  })

  it('shows a team its rows, and another team, or none, nothing', async () => {
    for (const table of await tables()) {
      const shown = await transaction(store.teamId, (client) => countIn(client, table))
      if (OF_THE_SERVICE.includes(table)) expect(shown, table).toBe(0)
      else expect(shown, table).toBeGreaterThan(0)
      expect(await transaction(strangerId, (client) => countIn(client, table)), table).toBe(OF_A_NEW_TEAM[table] ?? 0)
      for (const none of [undefined, '', 'team_of_nobody', '%'])
        expect(await transaction(none, (client) => countIn(client, table)), `${table}, ${none}`).toBe(0)
    }
  })

  it('has another team, or none, change and delete nothing', async () => {
    for (const team of [strangerId, undefined])
      await transaction(team, async (client) => {
        for (const table of await tables()) {
          if (table === 'AuditEntry') continue
          const own = team === strangerId ? (OF_A_NEW_TEAM[table] ?? 0) : 0
          const { rows } = await client.query<{ name: string }>(
            `SELECT column_name AS name FROM information_schema.columns
             WHERE table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position LIMIT 1`,
            [table],
          )
          const column = rows[0]?.name ?? ''
          expect((await client.query(`UPDATE "${table}" SET "${column}" = "${column}"`)).rowCount, table).toBe(own)
          await client.query('SAVEPOINT before')
          expect((await client.query(`DELETE FROM "${table}"`)).rowCount, table).toBe(own)
          await client.query('ROLLBACK TO before')
        }
      })
  })

  it('has nobody change the audit log, and adds to it for the own team alone', async () => {
    const add = `INSERT INTO "AuditEntry" ("id", "teamId", "actorKind", "actorId", "actorName", "action", "resourceType")
      VALUES ('audit_1', $1, 'key', 'k', 'k', 'a', 't')`
    const refused = { code: '42501' }
    for (const sql of ['UPDATE "AuditEntry" SET "action" = $1', 'DELETE FROM "AuditEntry" WHERE "action" = $1'])
      await expect(
        transaction(store.teamId, (client) => client.query(sql, ['a'])),
        sql,
      ).rejects.toMatchObject(refused)
    for (const team of [store.teamId, null])
      await expect(
        transaction(strangerId, (client) => client.query(add, [team])),
        String(team),
      ).rejects.toMatchObject(refused)
    expect((await transaction(store.teamId, (client) => client.query(add, [store.teamId]))).rowCount).toBe(1)
  })

  it('lets nobody write a row of another team, nor under a parent of another team', async () => {
    const { teamId, datasetId } = store
    const writes: [string, unknown[]][] = [
      [`INSERT INTO "Policy" ("id", "teamId", "name", "policy") VALUES ('policy_2', $1, 'q', '[]')`, [teamId]],
      [`INSERT INTO "Team" ("id", "name") VALUES ('team_new', 'new')`, []],
      [
        `INSERT INTO "Transition" ("jobId", "to") SELECT "jobId", 'queued' FROM "Trial" UNION SELECT $1, 'queued'`,
        ['job_1'],
      ],
      [`INSERT INTO "UploadPiece" ("uploadId", "start", "sizeBytes", "blobKey") VALUES ('upl_1', 9, 1, 'other')`, []],
      [`INSERT INTO "Outbox" ("kind", "ref", "teamId") VALUES ('dataset', $1, 'team_of_nobody')`, [datasetId]],
    ]
    for (const team of [strangerId, undefined])
      for (const [sql, values] of writes)
        await expect(
          transaction(team, (client) => client.query(sql, values)),
          sql,
        ).rejects.toMatchObject({
          code: '42501',
        })
    await expect(
      transaction(teamId, (client) => client.query('UPDATE "Policy" SET "teamId" = $1', [strangerId])),
    ).rejects.toMatchObject({ code: '42501' })
  })

  it('shows another team what is shared with it until that is revoked, and has it change, share on and add to nothing', async () => {
    const { teamId } = store
    const { id: third } = await store.service.team()
    const SHARED = ['RegisteredModel', 'ModelVersion', 'ModelAlias', 'Promotion', 'Share']
    const asService = (sql: string, values: unknown[]) =>
      withClient(store.service.database.url, (client) => client.query(sql, values))
    const all = await tables()
    const shown = async (): Promise<Record<string, number>> => {
      const counts: [string, number][] = []
      for (const table of all) counts.push([table, await transaction(strangerId, (client) => countIn(client, table))])
      return Object.fromEntries(counts.filter(([table, count]) => count !== (OF_A_NEW_TEAM[table] ?? 0)))
    }
    const grant = `INSERT INTO "Share" ("id", "teamId", "toTeamId", "modelId", "sharedBy") VALUES ($1, $2, $3, 'model_1', '{}')`
    const grantData = `INSERT INTO "Share" ("id", "teamId", "toTeamId", "datasetId", "firstVersionId", "sharedBy") VALUES ($1, $2, $3, $4, $5, '{}')`
    const [data] = store.datasetId.split('@')
    await asService(grant, ['share_2', teamId, strangerId])
    try {
      expect(await shown()).toEqual(Object.fromEntries(SHARED.map((table) => [table, 1])))
      await asService(grantData, ['share_4', teamId, strangerId, data, `${data}@1`])
      const both = SHARED.map((table) => [table, table === 'Share' ? 2 : 1])
      expect(await shown()).toEqual({ ...Object.fromEntries(both), DatasetVersion: 1 })
      await transaction(strangerId, async (client) => {
        expect((await client.query('UPDATE "DatasetVersion" SET "name" = $1', ['mine'])).rowCount).toBe(0)
        expect((await client.query('DELETE FROM "DatasetVersion"')).rowCount).toBe(0)
      })
      for (const table of SHARED)
        await transaction(strangerId, async (client) => {
          expect((await client.query(`UPDATE "${table}" SET "teamId" = "teamId"`)).rowCount, table).toBe(0)
          expect((await client.query(`DELETE FROM "${table}"`)).rowCount, table).toBe(0)
        })
      // Not as its own either: what is shared, and what is added to it, is of the team that the model is of.
      const added: [string, unknown[], string][] = [
        [grant, ['share_3', strangerId, third], '23503'],
        [grant, ['share_3', teamId, third], '42501'],
        [grantData, ['share_5', strangerId, third, data, `${data}@1`], '23503'],
        [
          `INSERT INTO "ModelAlias" ("modelId", "alias", "teamId", "versionId") VALUES ('model_1', 'mine', $1, 'mv_1')`,
          [strangerId],
          '23503',
        ],
      ]
      for (const [sql, values, code] of added)
        await expect(
          transaction(strangerId, (client) => client.query(sql, values)),
          sql,
        ).rejects.toMatchObject({ code })
    } finally {
      await asService('DELETE FROM "Share" WHERE "id" = ANY($1)', [['share_2', 'share_4']])
    }
    expect(await shown()).toEqual({})
  })

  it('uses the indexes of teams and parents', async () => {
    const plan = (sql: string): Promise<string> =>
      transaction(store.teamId, async (client) => {
        await client.query('SET LOCAL enable_seqscan = off')
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`)
        return rows.map((row) => row['QUERY PLAN']).join('\n')
      })
    expect(await plan('SELECT * FROM "Job" ORDER BY "id" DESC LIMIT 20')).toContain('"Job_teamId_id_idx"')
    expect(await plan(`SELECT * FROM "Metric" WHERE "jobId" = 'job_1' AND "key" = 'loss'`)).toMatch(
      /Index.*Scan using "Metric_\w*pkey"[\s\S]*SubPlan[\s\S]*Index.*Scan using "Job_(pkey|teamId_\w+)"/,
    )
  })
})

describe('the connections of the API', () => {
  it('see the team of the caller, and nothing outside of one', async () => {
    const { applicationUrl: databaseUrl, workerUrl: serviceUrl } = store.service.database
    const api = openTeamStore({ databaseUrl, serviceUrl })
    try {
      const [{ id = '' } = {}] = (await store.store.jobs(store.teamId, { limit: 1 })).data
      const read = (): Promise<unknown> => api.job(store.teamId, id)
      expect(await withinTeam(store.teamId, read)).toMatchObject({ id })
      expect(await withinTeam(strangerId, read)).toBeUndefined()
      expect(await read()).toBeUndefined()
      expect(await withinTeam(strangerId, () => api.events(id, { limit: 5 }))).toMatchObject({ data: [] })
      expect((await withinTeam(store.teamId, () => api.events(id, { limit: 5 }))).data).toHaveLength(1)
      expect(await withinTeam(strangerId, () => api.deleteJob(store.teamId, id, 0))).toBe(false)
      await expect(api.createUpload(store.teamId, { id: 'upl_2' }, 1000)).rejects.toThrow(/row-level security/)
      // Many at once over ten connections: each has its own.
      const teams = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? store.teamId : strangerId))
      const seen = await Promise.all(teams.map((team) => withinTeam(team, async () => (await read()) !== undefined)))
      expect(seen).toEqual(teams.map((team) => team === store.teamId))
    } finally {
      await api.close()
    }
  })

  it('forget the team with each query and transaction, also after an error and a rollback', async () => {
    let team: string | undefined = store.teamId
    const pool = new TeamPool({ connectionString: store.service.database.applicationUrl, max: 1 }, () => team)
    const count = async (): Promise<number> => countIn(pool, 'Job')
    const without = async (): Promise<number> => {
      const before = team
      team = undefined
      try {
        return await count()
      } finally {
        team = before
      }
    }
    try {
      expect(await count()).toBe(1)
      expect(await without()).toBe(0)
      await expect(pool.query({ text: 'SELECT 1 / $1::int', values: [0] })).rejects.toMatchObject({ code: '22012' })
      expect(await without()).toBe(0)
      expect(await count()).toBe(1)
      for (const end of ['COMMIT', 'ROLLBACK']) {
        const client = await pool.connect()
        await client.query({ text: 'BEGIN' })
        expect(await countIn(client, 'Job')).toBe(1)
        if (end === 'ROLLBACK') await client.query({ text: 'SELECT 1 / 0' }).catch(() => undefined)
        await client.query({ text: end })
        client.release()
        expect(await without(), end).toBe(0)
      }
      team = strangerId
      expect(await count()).toBe(0)
    } finally {
      await pool.end()
    }
  })
})

describe('a role', () => {
  it('of the API is refused that the database would not hold to one team, with what to do', async () => {
    const { url, applicationUrl, workerUrl } = store.service.database
    await expect(requireTeamRole(applicationUrl)).resolves.toBeUndefined()
    await expect(requireTeamRole(url)).rejects.toThrow(/anneal, which is a superuser .*--application-url/)
    await expect(requireTeamRole(workerUrl)).rejects.toThrow(/member of anneal_service .*--application-url/)
    const as = (name: string): string => {
      const other = new URL(url)
      other.username = name
      other.password = 'secret'
      return other.href
    }
    await withClient(url, async (client) => {
      await client.query(`CREATE ROLE bypasser LOGIN BYPASSRLS PASSWORD 'secret'`)
      await client.query(`CREATE ROLE proprietor LOGIN PASSWORD 'secret'`)
      await client.query(`CREATE TABLE "Owned" ()`)
      await client.query(`ALTER TABLE "Owned" OWNER TO proprietor`)
    })
    try {
      await expect(requireTeamRole(as('bypasser'))).rejects.toThrow(/has BYPASSRLS/)
      await expect(requireTeamRole(as('proprietor'))).rejects.toThrow(/owns the tables/)
    } finally {
      await withClient(url, (client) => client.query('DROP TABLE "Owned"'))
    }
  })

  it('that owns the tables and is no superuser, as on a managed server, migrates and makes the others, twice', async () => {
    const address = (name: string): string => {
      const url = new URL(store.service.database.url)
      Object.assign(url, { username: name, password: 'secret', pathname: '/managed' })
      return url.href
    }
    await withClient(store.service.database.url, async (client) => {
      await client.query(`CREATE ROLE landlord LOGIN CREATEROLE PASSWORD 'secret'`)
      // It was made by another database of the server.
      await client.query('GRANT anneal_service TO landlord WITH ADMIN OPTION')
      await client.query('CREATE DATABASE managed OWNER landlord')
    })
    for (const round of [1, 2]) {
      expect((await applyMigrations(address('landlord'))).length, `${round}`).toBe(round === 1 ? MIGRATIONS : 0)
      await grantApplication(address('landlord'), address('managed_app'))
      await grantWorker(address('landlord'), address('managed_worker'))
    }
    await requireTeamRole(address('managed_app'))
    expect(await requireServiceRole(address('managed_worker'), 'DATABASE_URL')).toEqual({ superuser: false })
    await expect(requireTeamRole(address('landlord'))).rejects.toThrow(/owns the tables/)
    await withClient(address('managed_worker'), (client) =>
      client.query(`INSERT INTO "Team" ("id", "name") VALUES ('team_1', 'managed')`),
    )
    // The owner maintains rows, and a dump as the owner is whole.
    for (const [name, rows] of Object.entries({ landlord: 1, managed_worker: 1, managed_app: 0 }))
      expect(await withClient(address(name), (client) => countIn(client, 'Team')), name).toBe(rows)
  })

  it('of a worker is refused that sees the rows of no team', async () => {
    const { applicationUrl, workerUrl } = store.service.database
    await expect(requireServiceRole(workerUrl, 'DATABASE_URL')).resolves.toEqual({ superuser: false })
    await expect(requireServiceRole(applicationUrl, 'DATABASE_URL')).rejects.toThrow(/anneal_app sees .*--worker-url/)
  })
})
