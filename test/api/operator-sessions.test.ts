import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OperatorSessionInfo } from '../../src/service/people-resources.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const ADA = { name: 'ada', token: 'a token of an operator of the tests' }
const BOB = { name: 'bob', token: 'a token of another operator of the tests' }

let service: ServiceUnderTest
/** Another process on the same database. */
let other: FastifyInstance
let database: Client
beforeAll(async () => {
  service = await startService({ operators: [ADA, BOB] })
  other = await service.anotherApp()
  database = new Client({ connectionString: service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await service.stop()
})

interface Call {
  payload?: object
  headers?: Record<string, string>
  app?: FastifyInstance
}
const call = (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  { payload, headers = {}, app = service.app }: Call = {},
): Promise<LightMyRequestResponse> =>
  app.inject({ method, url: `/v1/admin${url}`, headers, ...(payload === undefined ? {} : { payload }) })
const open = (token: string, headers: Record<string, string> = {}) =>
  call('POST', '/session', { payload: { token }, headers })

async function signedIn({ token }: { token: string }) {
  const response = await open(token)
  expect(response.statusCode, response.body).toBe(201)
  const [set] = response.cookies
  const cookie = `anneal_operator=${set?.value}`
  const info = response.json<OperatorSessionInfo>()
  return { set, info, reads: { cookie }, writes: { cookie, 'x-csrf-token': info.csrfToken } }
}

describe('a session of an operator', () => {
  it('is in a cookie for the routes of operators alone, in every process', async () => {
    const { set, info, reads } = await signedIn(ADA)
    expect(set).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/v1/admin', maxAge: 43_200 })
    expect(info.operator).toBe('ada')
    expect((await call('GET', '/session', { headers: reads, app: other })).json()).toEqual(info)
    expect((await call('GET', '/teams', { headers: reads, app: other })).statusCode).toBe(200)
    expect((await service.app.inject({ url: '/v1/jobs', headers: reads })).statusCode).toBe(401)
    expect((await call('GET', '/session')).json()).toMatchObject({ status: 401, code: 'unauthorized' })
    expect((await call('GET', '/session', { headers: { cookie: 'anneal_operator=ak_guessed' } })).statusCode).toBe(401)
  })

  it('changes something only with its own token against forgery, as the operator that it is', async () => {
    const { reads, writes } = await signedIn(ADA)
    const bob = await signedIn(BOB)
    const make = (headers: Record<string, string>) => call('POST', '/teams', { headers, payload: { name: 'new' } })
    expect((await make(reads)).json()).toMatchObject({
      status: 403,
      detail: 'X-CSRF-Token must be the csrfToken of GET /v1/admin/session.',
    })
    expect((await make({ ...reads, 'x-csrf-token': bob.info.csrfToken })).statusCode).toBe(403)
    const made = await make(writes)
    expect(made.statusCode).toBe(201)
    const { data } = await service.store.wholeAuditLog({ limit: 10, requestId: String(made.headers['x-request-id']) })
    expect(data.at(-1)).toMatchObject({ action: 'createTeam', actor: { kind: 'operator', id: 'ada' } })
    const byToken = { authorization: `Bearer ${BOB.token}`, cookie: reads.cookie }
    expect((await make(byToken)).statusCode).toBe(201)
    expect((await make({ authorization: 'Bearer wrong', ...writes })).statusCode).toBe(401)
  })

  it('ends when the operator signs out, at its time, and as the oldest of fifty', async () => {
    const { reads, writes } = await signedIn(ADA)
    expect((await call('DELETE', '/session', { headers: reads })).statusCode).toBe(403)
    expect((await call('DELETE', '/session', { headers: writes })).statusCode).toBe(204)
    expect((await call('GET', '/teams', { headers: reads, app: other })).statusCode).toBe(401)

    const first = await signedIn(BOB)
    for (let i = 0; i < 50; i++) await service.services.openOperatorSession(BOB, 'request')
    expect((await call('GET', '/session', { headers: first.reads })).statusCode).toBe(401)
    const last = await signedIn(BOB)
    await database.query(`UPDATE "OperatorSession" SET "expiresAt" = now() - interval '1 hour'`)
    expect((await call('GET', '/teams', { headers: last.reads })).json()).toMatchObject({
      status: 401,
      detail: 'The session has ended; sign in again.',
    })
  })

  it('ends with the token that opened it, of which the database says nothing', async () => {
    const { services } = service
    const { secret } = await services.openOperatorSession(ADA, 'request')
    expect(await services.operatorSession(secret, [BOB, ADA])).toMatchObject({ operator: 'ada' })
    for (const operators of [
      [],
      [BOB],
      [{ ...ADA, token: 'a newer token of the operator ada' }],
      [{ ...ADA, name: 'eve' }],
    ])
      await expect(services.operatorSession(secret, operators), JSON.stringify(operators)).rejects.toMatchObject({
        code: 'unauthorized',
      })
    const { rows } = await database.query('SELECT * FROM "OperatorSession"')
    const kept = JSON.stringify([rows, await service.store.wholeAuditLog({ limit: 500 })])
    for (const text of [secret, ADA.token, BOB.token]) expect(kept).not.toContain(text)
  })
})

describe('signing in as an operator', () => {
  it('is refused with a wrong token, and from the page of another site', async () => {
    expect((await open('wrong')).json()).toMatchObject({
      status: 401,
      detail: 'The token belongs to no operator of this service.',
    })
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
      expect((await open(ADA.token, headers)).statusCode).toBe(403)
    expect((await open(ADA.token, { 'sec-fetch-site': 'same-origin' })).statusCode).toBe(201)
  })

  it('is limited by address, for wrong tokens and cookies alike', async () => {
    const remoteAddress = '10.1.2.3'
    const { reads } = await signedIn(ADA)
    const wrong = { cookie: 'anneal_operator=ak_guessed' }
    const read = (headers: Record<string, string>) =>
      service.app.inject({ url: '/v1/admin/session', headers, remoteAddress })
    expect((await read(reads)).statusCode).toBe(200)
    for (let i = 0; i < 30; i++) {
      expect((await read(wrong)).statusCode).toBe(401)
      const payload = { token: `wrong ${i}` }
      const url = '/v1/admin/session'
      expect((await service.app.inject({ method: 'POST', url, payload, remoteAddress })).statusCode).toBe(401)
    }
    expect((await read(wrong)).json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect((await read(reads)).statusCode).toBe(200)
  })
})
