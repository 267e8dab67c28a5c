import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionInfo } from '../../src/service/people-resources.ts'
import type { ApiKey } from '../../src/service/resources.ts'
import { HOST, startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
/** Another process on the same database. */
let other: FastifyInstance
let database: Client
let logged = ''
beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) })
  service = await startService({ log })
  other = await service.anotherApp()
  database = new Client({ connectionString: service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await service.stop()
})

type Team = Awaited<ReturnType<ServiceUnderTest['team']>>
interface Call {
  payload?: object
  headers?: Record<string, string>
  app?: FastifyInstance
}

const call = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  { payload, headers = {}, app = service.app }: Call = {},
): Promise<LightMyRequestResponse> =>
  app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })

const open = (apiKey: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  call('POST', '/v1/session', { payload: { apiKey }, headers })

/** A browser in which a key was entered: what it sends with a call that reads, and with one that changes something. */
async function signedIn(apiKey: string) {
  const response = await open(apiKey)
  expect(response.statusCode, response.body).toBe(201)
  const cookie = `anneal_session=${response.cookies[0]?.value}`
  const info = response.json<SessionInfo>()
  return { info, reads: { cookie }, writes: { cookie, 'x-csrf-token': info.csrfToken } }
}

type MadeKey = ApiKey & { secret: string }
async function key({ headers }: Team, payload: object): Promise<MadeKey> {
  const response = await call('POST', '/v1/api-keys', { headers, payload: { name: 'browser', ...payload } })
  expect(response.statusCode, response.body).toBe(201)
  return response.json<MadeKey>()
}

describe('a session that is opened with an API key', () => {
  it('is in a cookie that no script reads, has the scopes and team of the key, and every process knows it', async () => {
    const team = await service.team()
    const made = await key(team, { scopes: ['read'] })
    const response = await open(` ${made.secret}\n`)
    expect([response.statusCode, response.headers.location]).toEqual([201, '/v1/session'])
    expect(response.headers['cache-control']).toBe('no-store')
    const [cookie] = response.cookies
    expect(cookie).toMatchObject({ name: 'anneal_session', httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 43_200 })
    expect(cookie).not.toHaveProperty('secure')
    const headers = { cookie: `anneal_session=${cookie?.value}` }
    const info = (await call('GET', '/v1/session', { headers, app: other })).json<SessionInfo>()
    expect(info).toEqual(response.json())
    expect(info).toMatchObject({
      person: null,
      key: { id: made.id, name: 'browser', scopes: ['read'], expiresAt: null },
      teams: [{ id: team.id, name: 'test', role: null, scopes: ['read'], suspended: false }],
    })
    expect((await call('GET', '/v1/jobs', { headers, app: other })).statusCode).toBe(200)
    const writes = { ...headers, 'x-csrf-token': info.csrfToken }
    expect((await call('POST', '/v1/jobs', { headers: writes, payload: {} })).json()).toMatchObject({
      detail: 'The API key lacks the scope `write`.',
    })
    const elsewhere = { ...headers, 'x-anneal-team': (await service.team()).id }
    expect((await call('GET', '/v1/team', { headers: elsewhere })).statusCode).toBe(403)
    const { data } = (await call('GET', '/v1/api-keys', { headers: team.headers })).json<{ data: ApiKey[] }>()
    expect(data.find(({ id }) => id === made.id)?.lastUsedAt).not.toBeNull()
  })

  it('is recorded for the team, without its secret or the key', async () => {
    const team = await service.team()
    const { reads, writes, info } = await signedIn(team.secret)
    expect((await call('DELETE', '/v1/session', { headers: writes })).statusCode).toBe(204)
    expect((await call('GET', '/v1/session', { headers: reads })).statusCode).toBe(401)
    const { data } = await service.store.auditLog(team.id, { limit: 10 })
    expect(data.slice(0, 2).map(({ action, key: id, actor }) => [action, id, actor.kind])).toEqual([
      ['signOut', info.key?.id, 'key'],
      ['openSession', info.key?.id, 'key'],
    ])
    const kept = JSON.stringify(data) + logged
    for (const secret of [team.secret, reads.cookie.replace('anneal_session=', ''), info.csrfToken])
      expect(kept).not.toContain(secret)
  })

  it('changes something only with the token that its own pages can read', async () => {
    const team = await service.team()
    const { reads, writes } = await signedIn(team.secret)
    const rename = (headers: Record<string, string>) =>
      call('PATCH', '/v1/team', { headers, payload: { name: 'mine' }, app: other })
    expect((await rename(reads)).json()).toMatchObject({
      status: 403,
      detail: expect.stringContaining('CSRF') as string,
    })
    const another = await signedIn(team.secret)
    expect((await rename({ ...reads, 'x-csrf-token': another.info.csrfToken })).statusCode).toBe(403)
    expect((await rename(writes)).json()).toMatchObject({ name: 'mine' })
    expect((await call('DELETE', '/v1/session', { headers: reads })).statusCode).toBe(403)
  })

  it('ends with the key, everywhere and at once: revoked, expired, or its team suspended', async () => {
    const team = await service.team()
    const refused = async (headers: Record<string, string>, fields: object): Promise<void> => {
      for (const app of [service.app, other])
        for (const url of ['/v1/jobs', '/v1/session'])
          expect((await call('GET', url, { headers, app })).json(), url).toMatchObject(fields)
    }
    const revoked = await key(team, {})
    const browser = await signedIn(revoked.secret)
    expect((await call('GET', '/v1/jobs', { headers: browser.reads, app: other })).statusCode).toBe(200)
    await call('DELETE', `/v1/api-keys/${revoked.id}`, { headers: team.headers })
    await refused(browser.reads, {
      status: 401,
      detail: 'The API key of this session was revoked; sign in with another one.',
    })

    const short = await key(team, { expiresAt: new Date(Date.now() + 1500).toISOString() })
    const brief = await signedIn(short.secret)
    expect(brief.info.expiresAt).toBe(short.expiresAt)
    await setTimeout(1600)
    await refused(brief.reads, {
      status: 401,
      detail: 'The API key of this session has expired; sign in with another one.',
    })
    expect((await open(short.secret)).statusCode).toBe(401)

    const { reads } = await signedIn(team.secret)
    await service.store.suspendTeam(team.id, true, HOST)
    expect((await call('GET', '/v1/jobs', { headers: reads, app: other })).json()).toMatchObject({
      code: 'team_suspended',
    })
    expect((await call('GET', '/v1/session', { headers: reads })).json()).toMatchObject({
      teams: [{ suspended: true }],
    })
    expect((await open(team.secret)).json()).toMatchObject({ code: 'team_suspended' })
  })

  it('ends at the time set, and the oldest of fifty where one more is opened', async () => {
    const team = await service.team()
    const made = await key(team, {})
    const first = await signedIn(made.secret)
    for (let i = 0; i < 50; i++) {
      const caller = await service.services.authenticate(made.secret)
      await service.services.signInWithKey(caller, 60_000)
    }
    const { rows } = await database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM "Session" WHERE "keyId" = $1',
      [made.id],
    )
    expect(rows).toEqual([{ n: 50 }])
    expect((await call('GET', '/v1/session', { headers: first.reads })).statusCode).toBe(401)
    const last = await signedIn(made.secret)
    await database.query(`UPDATE "Session" SET "expiresAt" = now() - interval '1 hour' WHERE "keyId" = $1`, [made.id])
    expect((await call('GET', '/v1/jobs', { headers: last.reads })).json()).toMatchObject({
      status: 401,
      detail: 'The session has ended; sign in again.',
    })
  })

  it('takes the place of the one before in the same browser', async () => {
    const team = await service.team()
    const { reads } = await signedIn(team.secret)
    expect((await open(team.secret, reads)).statusCode).toBe(201)
    expect((await call('GET', '/v1/session', { headers: reads })).statusCode).toBe(401)
  })

  it('keeps its live streams no longer than it lasts', async () => {
    const team = await service.team()
    const { info, writes } = await signedIn(team.secret)
    const { rows } = await database.query<{ id: string }>('SELECT "id" FROM "Session" WHERE "keyId" = $1', [
      info.key?.id,
    ])
    const credential = `${rows[0]?.id}.${info.key?.id}`
    expect(await service.store.validKeys([credential, info.key?.id ?? ''])).toEqual([info.key?.id, credential])
    await call('DELETE', '/v1/session', { headers: writes })
    expect(await service.store.validKeys([credential])).toEqual([])
  })
})

describe('opening a session', () => {
  it('is refused with a wrong key, another type of content, and from the page of another site', async () => {
    const team = await service.team()
    expect((await open('ak_guessed')).json()).toMatchObject({ status: 401, code: 'unauthorized' })
    expect((await open('')).statusCode).toBe(400)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const url = '/v1/session'
    const posted = { method: 'POST', url, payload: `apiKey=${team.secret}` } as const
    expect((await service.app.inject({ ...posted, headers: form })).statusCode).toBe(415)
    const plain = JSON.stringify({ apiKey: team.secret })
    const text = { ...posted, payload: plain, headers: { 'content-type': 'text/plain' } }
    expect((await service.app.inject(text)).statusCode).toBe(415)
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const response = await open(team.secret, headers)
      expect([response.statusCode, response.cookies], JSON.stringify(headers)).toEqual([403, []])
    }
    for (const headers of [
      { 'sec-fetch-site': 'same-origin', origin: 'https://proxied.example' },
      { origin: 'http://localhost:80' },
    ])
      expect((await open(team.secret, { host: 'localhost:80', ...headers })).statusCode).toBe(201)
  })

  it('says how people sign in, and that nobody has', async () => {
    expect((await call('GET', '/v1/sign-in/options')).json()).toEqual({
      organization: false,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    })
    expect((await call('GET', '/v1/session')).json()).toMatchObject({ status: 401, code: 'unauthorized' })
    expect((await call('DELETE', '/v1/session')).statusCode).toBe(401)
    expect((await call('GET', '/v1/sign-in')).statusCode).toBe(404)
  })

  it('is limited by address', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 125; i++) {
      const injected = {
        method: 'POST',
        url: '/v1/session',
        payload: { apiKey: 'ak_x' },
        remoteAddress: '10.1.2.3',
      } as const
      statuses.push((await service.app.inject(injected)).statusCode)
    }
    expect(statuses.slice(0, 120)).not.toContain(429)
    expect(statuses.slice(120)).toEqual([429, 429, 429, 429, 429])
  })
})

describe('a service that is reached by https', () => {
  it('has browsers send the cookie by https alone', async () => {
    const secured = await startService({ publicUrl: 'https://anneal.example' })
    try {
      const { secret } = await secured.team()
      const payload = { apiKey: secret }
      const headers = { origin: 'https://anneal.example' }
      const response = await secured.app.inject({ method: 'POST', url: '/v1/session', payload, headers })
      expect(response.cookies[0]).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax' })
    } finally {
      await secured.stop()
    }
  })
})
