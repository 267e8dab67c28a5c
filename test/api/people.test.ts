import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TeamQuota } from '../../src/service/people-resources.ts'
import type { ApiKey } from '../../src/service/resources.ts'
import { withClient } from '../../src/store/application-role.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { eventually, startService, type ServiceUnderTest } from '../helpers/service.ts'

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
const MAX_KEYS = 4

let service: ServiceUnderTest
let another: FastifyInstance
beforeAll(async () => {
  const quota = { queuedJobs: 100, ingests: 100, uploads: 100, bytes: 1e9, apiKeys: MAX_KEYS }
  service = await startService({ operators: [OPERATOR], quota })
  another = await service.anotherApp()
})
afterAll(() => service.stop())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
type Team = Awaited<ReturnType<ServiceUnderTest['team']>>

const as = ({ headers }: Pick<Team, 'headers'>) =>
  async function call<T = { status: number; code: string; detail: string }>(
    method: Method,
    url: string,
    payload?: object,
  ) {
    const body = payload === undefined ? {} : { payload }
    const response = await service.app.inject({ method, url: `/v1${url}`, headers, ...body })
    return {
      status: response.statusCode,
      body: response.body === '' ? undefined : response.json<T>(),
      text: response.body,
    }
  }
const operator = as({ headers: { authorization: `Bearer ${OPERATOR.token}` } })
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
const works = async (app: FastifyInstance, secret: string): Promise<number> =>
  (await app.inject({ url: '/v1/team', headers: bearer(secret) })).statusCode

type Shown = ApiKey & { secret: string }

describe('operators', () => {
  it('make, list, rename, suspend and resume teams, with a token that belongs to no team', async () => {
    const made = await operator<{ id: string; secret: string }>('POST', '/admin/teams', {
      name: 'vision',
      owner: 'Owner@Lab.example',
    })
    expect(made.status, made.text).toBe(201)
    const { id, secret } = made.body!
    const own = as({ headers: bearer(secret) })
    expect((await own('GET', '/team/members')).body).toMatchObject({
      data: [{ email: 'owner@lab.example', role: 'owner', person: null, joinedAt: null }],
    })
    expect((await operator('GET', '/admin/teams?limit=1')).body).toMatchObject({ data: [{ id, name: 'vision' }] })
    expect((await operator('PATCH', `/admin/teams/${id}`, { name: 'sight' })).body).toMatchObject({ name: 'sight' })

    expect((await operator('POST', `/admin/teams/${id}/suspend`)).status).toBe(200)
    expect((await own('GET', '/jobs')).body).toMatchObject({ status: 403, code: 'team_suspended' })
    expect(await works(another, secret)).toBe(403)
    expect((await operator('POST', `/admin/teams/${id}/suspend`)).body).toMatchObject({ code: 'wrong_state' })
    expect((await operator('POST', `/admin/teams/${id}/resume`)).body).toMatchObject({ suspendedAt: null })
    expect((await own('GET', '/jobs')).status).toBe(200)
  })

  it('give a team limits and a weight of its own, each change in the audit log, and take them back', async () => {
    const { id, headers } = await service.team()
    const change = (body: object) => operator<TeamQuota>('PATCH', `/admin/teams/${id}/quota`, body)
    expect((await operator('GET', `/admin/teams/${id}/quota`)).body).toMatchObject({
      weight: 1,
      own: {},
      limits: { queuedJobs: { limit: 100, used: 0 }, deviceHours: { limit: null, used: 0 } },
    })
    const [first, second] = await Promise.all([change({ weight: 2 }), change({ limits: { queuedJobs: 1, bytes: 50 } })])
    expect([first.status, second.status]).toEqual([200, 200])
    expect((await change({ limits: { bytes: null } })).body).toMatchObject({
      weight: 2,
      own: { queuedJobs: 1 },
      limits: { queuedJobs: { limit: 1 }, bytes: { limit: 1e9 } },
    })
    expect((await as({ headers })('GET', '/team/quota')).body).toMatchObject({ queuedJobs: { limit: 1 } })
    const log = (await operator<{ data: object[] }>('GET', `/admin/audit-log?resource=${id}&action=changeTeamQuota`))
      .body!
    expect(log.data[0]).toMatchObject({
      actor: { kind: 'operator', name: OPERATOR.name },
      before: { weight: 2, limits: { queuedJobs: 1, bytes: 50 } },
      after: { weight: 2, limits: { queuedJobs: 1 } },
    })
    for (const wrong of [
      {},
      { weight: 0 },
      { limits: { jobs: 1 } },
      { limits: { bytes: -1 } },
      { limits: { bytes: 0.5 } },
    ])
      expect((await change(wrong)).status, JSON.stringify(wrong)).toBe(400)
    expect((await operator('PATCH', '/admin/teams/team_none/quota', { weight: 2 })).status).toBe(404)
  })

  it('are nobody else: no key of a team, no wrong token, and theirs is no key of a team', async () => {
    const team = await service.team()
    expect((await as(team)('GET', '/admin/teams')).body).toMatchObject({ status: 401, code: 'unauthorized' })
    expect((await as({ headers: bearer('wrong') })('DELETE', `/admin/teams/${team.id}`)).status).toBe(401)
    expect((await operator('GET', '/team')).status).toBe(401)
    expect((await operator('GET', '/admin/teams/team_none')).status).toBe(404)
    expect((await operator('POST', '/admin/teams', { name: '' })).status).toBe(400)
  })

  it('have nothing of a suspended team started, and all of it again once that ends', async () => {
    const team = await service.team()
    const zip = await readFile(await writeZip(join(service.folder, 'held.zip'), classFolders(2, 6)))
    const dataset = await service.readyDataset(team.headers, zip)
    const job = await as(team)<{ id: string }>('POST', '/jobs', { dataset: dataset.id, batchSize: 4 })
    const { store } = service
    await operator('POST', `/admin/teams/${team.id}/suspend`)
    expect(await store.claimJob(job.body!.id, 1000)).toBeUndefined()
    expect(await store.claimNextJob(1000)).toBeUndefined()
    await operator('POST', `/admin/teams/${team.id}/resume`)
    expect(await store.claimNextJob(1000)).toMatchObject({ id: job.body!.id })
  })

  it('delete a suspended team with its rows and blobs, and keep its audit log', async () => {
    const team = await service.team()
    const zip = await readFile(await writeZip(join(service.folder, 'gone.zip'), classFolders(2, 6)))
    const dataset = await service.readyDataset(team.headers, zip)
    const packed = `datasets/${dataset.id}@1`
    const { store } = service
    const job = (await as(team)<{ id: string }>('POST', '/jobs', { dataset: dataset.id, batchSize: 4 })).body!.id
    const { token } = (await store.claimJob(job, 60_000))!
    await as(team)('POST', '/team/members', { email: 'a@lab.example', role: 'owner' })
    expect((await operator('DELETE', `/admin/teams/${team.id}`)).body).toMatchObject({ code: 'wrong_state' })
    await operator('POST', `/admin/teams/${team.id}/suspend`)
    expect(await service.services.blobs.sizeBytes(packed)).toBeDefined()
    expect((await operator('DELETE', `/admin/teams/${team.id}`)).status).toBe(204)
    await eventually(async () => (await service.services.blobs.sizeBytes(packed)) === undefined || undefined)
    expect((await operator('GET', `/admin/teams/${team.id}`)).status).toBe(404)
    expect(await works(another, team.secret)).toBe(401)
    expect(await store.renewJob(job, token, 1000)).toEqual({ held: false })
    expect(await store.recordJob(job, token, { events: [], metrics: [] })).toBe(false)
    const log = (await operator<{ data: object[] }>('GET', `/admin/audit-log?resource=${team.id}`)).body!
    expect(log.data).toMatchObject([
      { action: 'deleteTeam', team: team.id, actor: { kind: 'operator', id: 'ada' }, after: null },
      { action: 'suspendTeam' },
      { action: 'createTeam' },
    ])
  })
})

describe('members', () => {
  it('are invited once, in any spelling, and have roles', async () => {
    const call = as(await service.team())
    const made = await call<{ id: string }>('POST', '/team/members', { email: 'Kim@Lab.example', role: 'viewer' })
    expect(made.body).toMatchObject({ email: 'kim@lab.example', role: 'viewer', person: null })
    expect((await call('POST', '/team/members', { email: 'kim@lab.example', role: 'owner' })).body).toMatchObject({
      status: 409,
      code: 'conflict',
    })
    for (const wrong of [{ email: 'none', role: 'viewer' }, { email: 'a@b.c', role: 'boss' }, { email: 'a@b.c' }])
      expect((await call('POST', '/team/members', wrong)).status).toBe(400)
    expect((await call('PATCH', `/team/members/${made.body!.id}`, { role: 'member' })).body).toMatchObject({
      role: 'member',
    })
    const stranger = as(await service.team())
    expect((await stranger('PATCH', `/team/members/${made.body!.id}`, { role: 'member' })).status).toBe(404)
    expect((await stranger('DELETE', `/team/members/${made.body!.id}`)).status).toBe(404)
    expect((await call('DELETE', `/team/members/${made.body!.id}`)).status).toBe(204)
  })

  it('always have an owner among them, also where two are removed at once', async () => {
    const team = await service.team()
    const call = as(team)
    const owners = await Promise.all(
      ['x', 'y'].map(
        async (name) =>
          (await call<{ id: string }>('POST', '/team/members', { email: `${name}@lab.example`, role: 'owner' })).body!
            .id,
      ),
    )
    const removed = await Promise.all(owners.map((id) => call('DELETE', `/team/members/${id}`)))
    expect(removed.map(({ status }) => status).sort()).toEqual([204, 409])
    const [last] = (await call<{ data: { id: string }[] }>('GET', '/team/members')).body!.data
    expect((await call('PATCH', `/team/members/${last!.id}`, { role: 'member' })).body).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('last owner') as string,
    })
    // Whoever was only invited is no owner to rely on.
    const { store } = service
    const identity = { issuer: 'here', subject: `owner of ${team.id}`, email: 'z@lab.example' }
    const z = (await call<{ id: string }>('POST', '/team/members', { email: identity.email, role: 'owner' })).body!
    expect(await store.openSession(identity, { id: `sess_${team.id}`, hash: team.id, keptMs: 1000 }, null)).toBe(true)
    expect((await call('DELETE', `/team/members/${z.id}`)).status).toBe(409)
    expect((await call('DELETE', `/team/members/${last!.id}`)).status).toBe(204)
  })
})

describe('API keys', () => {
  it('are refused at once by every process when they are revoked, and when they expire', async () => {
    const call = as(await service.team())
    const key = (await call<Shown>('POST', '/api-keys', { name: 'ci' })).body!
    for (const app of [service.app, another]) expect(await works(app, key.secret)).toBe(200)
    expect((await call('DELETE', `/api-keys/${key.id}`)).status).toBe(204)
    for (const app of [another, service.app]) expect(await works(app, key.secret)).toBe(401)

    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const short = (await call<Shown>('POST', '/api-keys', { name: 'short', expiresAt })).body!
    expect(short).toMatchObject({ expiresAt, member: null, lastUsedAt: null })
    expect(await works(another, short.secret)).toBe(200)
    await withClient(service.database.url, (client) =>
      client.query(`UPDATE "ApiKey" SET "expiresAt" = timezone('UTC', now()) WHERE "id" = $1`, [short.id]),
    )
    const refused = await another.inject({ url: '/v1/team', headers: bearer(short.secret) })
    expect(refused.json()).toMatchObject({ status: 401, detail: expect.stringContaining('has expired') as string })
  })

  it('expire at a time in the future, with its zone', async () => {
    const call = as(await service.team())
    for (const expiresAt of ['2020-01-01T00:00:00Z', 'tomorrow', '2027-01-01', '9999-01-01T00:00:00Z'])
      expect((await call('POST', '/api-keys', { name: 'k', expiresAt })).body, expiresAt).toMatchObject({
        status: 400,
        errors: [{ pointer: '/expiresAt' }],
      })
  })

  it('tell when they were used last', async () => {
    const call = as(await service.team())
    const key = (await call<Shown>('POST', '/api-keys', { name: 'ci' })).body!
    const usedAt = async () =>
      (await call<{ data: ApiKey[] }>('GET', '/api-keys')).body!.data.find(({ id }) => id === key.id)!.lastUsedAt
    expect(await usedAt()).toBeNull()
    await works(another, key.secret)
    const first = await eventually(async () => (await usedAt()) ?? undefined)
    await works(another, key.secret)
    await works(service.app, key.secret)
    expect(await usedAt()).toBe(first)
  })

  it('are rotated with an overlap, and no chain of rotations has more than two', async () => {
    const call = as(await service.team())
    const first = (await call<Shown>('POST', '/api-keys', { name: 'ci', scopes: ['read'] })).body!
    const second = (await call<Shown>('POST', `/api-keys/${first.id}/rotate`, { overlapHours: 1 })).body!
    expect(second).toMatchObject({ name: 'ci', scopes: ['read'], rotatedFrom: first.id, expiresAt: null })
    expect([await works(another, first.secret), await works(another, second.secret)]).toEqual([200, 200])
    expect((await call('POST', `/api-keys/${first.id}/rotate`, {})).body).toMatchObject({ code: 'wrong_state' })
    const third = (await call<Shown>('POST', `/api-keys/${second.id}/rotate`, { overlapHours: 0 })).body!
    expect(await Promise.all([first, second, third].map(({ secret }) => works(another, secret)))).toEqual([
      401, 401, 200,
    ])
    expect((await call('POST', `/api-keys/key_none/rotate`, {})).status).toBe(404)
    expect((await call('POST', `/api-keys/${third.id}/rotate`, { overlapHours: -1 })).status).toBe(400)
  })

  it('may do no more than who makes them, are listed in pages, and are so many at most', async () => {
    const call = as(await service.team())
    const admin = (await call<Shown>('POST', '/api-keys', { name: 'admin', scopes: ['read', 'admin'] })).body!
    const limited = as({ headers: bearer(admin.secret) })
    expect((await limited('POST', '/api-keys', { name: 'more', scopes: ['write'] })).body).toMatchObject({
      status: 403,
      detail: expect.stringContaining('`write`') as string,
    })
    for (let made = 2; made < MAX_KEYS; made++)
      expect((await call('POST', '/api-keys', { name: 'k' })).status).toBe(201)
    expect((await call('POST', '/api-keys', { name: 'k' })).body).toMatchObject({ code: 'quota_exceeded' })
    const page = (await call<{ data: ApiKey[]; nextCursor: string }>('GET', '/api-keys?limit=3')).body!
    const rest = (await call<{ data: ApiKey[] }>('GET', `/api-keys?limit=3&after=${page.nextCursor}`)).body!
    expect([page.data.length, rest.data.length]).toEqual([3, 1])
    expect((await call('GET', '/api-keys?name=k')).status).toBe(400)
  })
})

it('has no sign-in where no provider is configured', async () => {
  const signIn = await service.app.inject({ url: '/v1/sign-in' })
  expect(signIn.json()).toMatchObject({ status: 404, code: 'not_found' })
})
