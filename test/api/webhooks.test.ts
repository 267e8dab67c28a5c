import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import pg from 'pg'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JobState } from '../../src/service/job-states.ts'
import type { Caller } from '../../src/service/ports/caller.ts'
import type { Webhook, WebhookDelivery, WebhookWithSecret } from '../../src/service/webhook-resources.ts'
import { deliver, startSending } from '../../src/worker/webhooks/sender.ts'
import { withinTeam } from '../../src/service/team-scope.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startReceiver, type ReceivedRequest, type Receiver } from '../helpers/receiver.ts'
import { eventually, startStore, type StoreUnderTest } from '../helpers/service.ts'

let receiver: Receiver
let under: StoreUnderTest
let headers: { authorization: string }
let database: pg.Client
beforeAll(async () => {
  receiver = await startReceiver()
  under = await startStore({ webhookHosts: ['*', receiver.host] })
  headers = await keyOf(under.teamId)
  database = new pg.Client({ connectionString: under.service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await under.service.stop()
  await receiver.stop()
})
beforeEach(async () => {
  await database.query('DELETE FROM "Webhook"')
  receiver.requests.length = 0
  receiver.answer = () => ({ status: 200 })
})

async function keyOf(teamId: string): Promise<{ authorization: string }> {
  const caller: Caller = { teamId, keyId: 'none', scopes: ['read', 'write', 'admin'] }
  const { secret } = await withinTeam(teamId, () =>
    under.service.services.createKey(caller, { name: 'all', scopes: ['read', 'write', 'admin'] }),
  )
  return { authorization: `Bearer ${secret}` }
}

async function call<T>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  status = 0,
): Promise<T> {
  const response = await under.service.app.inject({
    method,
    url: `/v1/webhooks${path}`,
    headers,
    ...(body === undefined ? {} : { payload: body }),
  })
  if (status !== 0) expect(response.statusCode, response.body).toBe(status)
  return (response.body === '' ? undefined : response.json()) as T
}

const register = (settings: object = {}): Promise<WebhookWithSecret> =>
  call('POST', '', { url: receiver.url, ...settings }, 201)
const deliveriesOf = async ({ id }: Webhook): Promise<WebhookDelivery[]> =>
  (await call<{ data: WebhookDelivery[] }>('GET', `/${id}/deliveries`)).data

const dependencies = () => ({
  store: under.store,
  log: pino({ level: 'silent' }),
  hosts: ['*', receiver.host],
  sealer: under.service.services.sealer,
})

/** Sends what is due, as a worker does. */
async function send(): Promise<number> {
  let count = 0
  for (;;) {
    const claim = await under.store.claimDelivery(60_000)
    if (claim === undefined) return count
    await deliver(claim, dependencies())
    count++
  }
}

/** Has everything that waits be due. */
const hurry = () => database.query(`UPDATE "WebhookDelivery" SET "nextAt" = now() - interval '1 day'`)

async function jobThat(...states: JobState[]): Promise<string> {
  const id = await under.newJob()
  const claim = await under.store.claimJob(id, 600_000)
  let from: JobState = 'starting'
  for (const to of states) {
    await under.store.moveJob(id, claim?.token ?? 0, {
      from: [from],
      to,
      ...(to === 'failed'
        ? { reason: { code: 'internal', fault: 'infra', retryable: false, detail: 'It <broke> & fell.' } as const }
        : {}),
    })
    from = to
  }
  return id
}

const verified = (secret: string, { body, headers: sent }: ReceivedRequest): unknown =>
  new Verifier(secret).verify(body, sent as Record<string, string>)

describe('a webhook', () => {
  it('is told of a job by signed messages, in the transaction of each change, and the delivery says how it went', async () => {
    const hook = await register()
    const id = await jobThat('running', 'finalizing', 'succeeded')
    expect(await send()).toBe(2)
    const messages = receiver.requests.map((request) => verified(hook.secret, request))
    expect(messages).toMatchObject([
      { type: 'job.started', data: { id, state: 'running', attempt: 1 } },
      { type: 'job.succeeded', data: { id, state: 'succeeded', reason: null } },
    ])
    const [last] = await deliveriesOf(hook)
    expect(last).toMatchObject({
      type: 'job.succeeded',
      state: 'delivered',
      status: 200,
      attempts: 1,
      answer: 'ok',
      error: null,
    })
    expect(receiver.requests[1]?.headers['webhook-id']).toBe(last?.id)
    expect(() => verified('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', receiver.requests[0]!)).toThrow()
    expect(await send()).toBe(0)
  })

  it('gets what it asked for, of its team alone, and of data sets and sweeps too', async () => {
    const hook = await register({ events: ['job.failed', 'dataset.ready', 'sweep.canceled'] })
    await jobThat('running', 'failed')
    const zip = await readFile(await writeZip(join(under.service.folder, 'data.zip'), classFolders(2, 6)))
    await under.service.readyDataset((await under.service.team()).headers, zip)
    const { id } = await under.service.readyDataset(headers, zip)
    const sweep = await under.service.app.inject({
      method: 'POST',
      url: '/v1/sweeps',
      headers,
      payload: { dataset: id, kind: 'grid', space: { '/schedule/learningRate': { values: [0.01, 0.1] } } },
    })
    expect(sweep.statusCode, sweep.body).toBe(202)
    await under.service.app.inject({
      method: 'POST',
      url: `/v1/sweeps/${sweep.json<{ id: string }>().id}/cancel`,
      headers,
    })
    await send()
    const deliveries = await deliveriesOf(hook)
    expect(deliveries.map(({ type }) => type)).toEqual(['sweep.canceled', 'dataset.ready', 'job.failed'])
    expect(deliveries[1]?.payload).toMatchObject({ data: { id, version: 1, state: 'ready', reason: null } })
  })

  it('shows its secret once, and keeps it encrypted', async () => {
    const hook = await register()
    expect(hook.secret).toMatch(/^whsec_[A-Za-z0-9+/=]{40,}$/)
    for (const path of ['', `/${hook.id}`, `/${hook.id}/deliveries`])
      expect(JSON.stringify(await call('GET', path, undefined, 200))).not.toContain('secret"')
    const { rows } = await database.query<{ secret: string }>('SELECT "secret" FROM "Webhook"')
    expect(rows[0]?.secret).toMatch(/^v1:/)
    expect(rows[0]?.secret).not.toContain(hook.secret.slice(6, 20))
  })

  it('has a secret that is rotated with an overlap', async () => {
    const hook = await register()
    const { secret } = await call<WebhookWithSecret>('POST', `/${hook.id}/rotate-secret`, {}, 200)
    expect(secret).not.toBe(hook.secret)
    await call('POST', `/${hook.id}/test`, {}, 202)
    await send()
    const [test] = receiver.requests as [ReceivedRequest]
    expect(test.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    expect(verified(secret, test)).toMatchObject({ type: 'webhook.test' })
    verified(hook.secret, test)
    await call('POST', `/${hook.id}/rotate-secret`, { overlapSeconds: 0 }, 200)
    await call('POST', `/${hook.id}/test`, {}, 202)
    await send()
    expect(() => verified(secret, receiver.requests[1]!)).toThrow()
  })

  it('is tried again until it answers, with the same id, and the message is given up after the last try', async () => {
    const hook = await register()
    receiver.answer = () => ({ status: 500, body: 'no\0' })
    await jobThat('running')
    await send()
    const [failed] = await deliveriesOf(hook)
    expect(failed).toMatchObject({ state: 'pending', attempts: 1, status: 500, answer: 'no ' })
    expect(Date.parse(failed?.nextAt ?? '') - Date.now()).toBeLessThan(7000)
    expect(await send()).toBe(0)
    await hurry()
    receiver.answer = () => ({ status: 204 })
    await send()
    expect(await deliveriesOf(hook)).toMatchObject([{ state: 'delivered', attempts: 2 }])
    expect(new Set(receiver.requests.map(({ headers: sent }) => sent['webhook-id'])).size).toBe(1)
    receiver.answer = () => ({ status: 500 })
    await call('POST', `/${hook.id}/deliveries/${failed?.id ?? ''}/redeliver`, {}, 202)
    for (let tries = 0; tries < 12; tries++) {
      await send()
      await hurry()
    }
    const [over] = await deliveriesOf(hook)
    expect(over).toMatchObject({ state: 'failed', attempts: 10 })
    expect((await call<Webhook>('GET', `/${hook.id}`)).failingSince).not.toBeNull()
  })

  it('is disabled when it is gone, or has failed for days, and says so; enabled again it is forgiven', async () => {
    const hook = await register()
    receiver.answer = () => ({ status: 410 })
    await jobThat('running')
    await send()
    expect(await call<Webhook>('GET', `/${hook.id}`)).toMatchObject({
      enabled: false,
      disabledReason: expect.stringContaining('410') as string,
    })
    await call('POST', `/${hook.id}/test`, {}, 409)
    await jobThat('running')
    expect(await deliveriesOf(hook)).toHaveLength(1)
    const enabled = await call<Webhook>('PATCH', `/${hook.id}`, { enabled: true }, 200)
    expect(enabled).toMatchObject({ enabled: true, disabledReason: null, failingSince: null })
    receiver.answer = () => ({ status: 500 })
    await jobThat('running')
    for (let tries = 0; tries < 9; tries++) {
      await send()
      await hurry()
    }
    await database.query(`UPDATE "Webhook" SET "failingSince" = now() - interval '6 days'`)
    await send()
    expect(await call<Webhook>('GET', `/${hook.id}`)).toMatchObject({
      enabled: false,
      disabledReason: expect.stringContaining('5 days') as string,
    })
  })

  it('is never followed to another address, and no private one is connected to', async () => {
    const hook = await register()
    receiver.answer = () => ({ status: 302, headers: { location: `${receiver.host}/elsewhere` } })
    await call('POST', `/${hook.id}/test`, {}, 202)
    await send()
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/hook'])
    expect((await deliveriesOf(hook))[0]?.error).toMatch(/302; redirects are not followed/)
    for (const url of [
      'http://example.com/x',
      'https://127.0.0.1/x',
      'https://[::1]/x',
      'https://[::ffff:10.0.0.1]/x',
      'https://169.254.169.254/latest',
      'https://0x7f.1/x',
      'https://2130706433/',
      'https://user:password@example.com/',
      'ftp://example.com/',
      'https://example.com:8443/',
      'nothing',
    ])
      await call('POST', '', { url }, 400)
    // A name is looked at when it is connected to.
    await database.query(`UPDATE "Webhook" SET "url" = 'https://localhost/x'`)
    await call('POST', `/${hook.id}/test`, {}, 202)
    await send()
    expect((await deliveriesOf(hook))[0]?.error).toMatch(/not of the public internet/)
  })

  it('speaks to chats', async () => {
    await register({ format: 'slack' })
    const id = await jobThat('running', 'failed')
    await send()
    expect(JSON.parse(receiver.requests[1]?.body ?? '')).toEqual({
      text: `Job *j* (${id}) failed: It &lt;broke&gt; &amp; fell.`,
    })
  })

  it('gets each message once, however many workers send', async () => {
    await register()
    const jobs = await Promise.all(Array.from({ length: 10 }, () => jobThat('running', 'failed')))
    const senders = [1, 2, 3].map(() => startSending(dependencies()))
    await eventually(async () => (receiver.requests.length >= 2 * jobs.length ? true : undefined))
    await Promise.all(senders.map((sender) => sender.stop()))
    const ids = receiver.requests.map(({ headers: sent }) => sent['webhook-id'])
    expect(ids).toHaveLength(20)
    expect(new Set(ids).size).toBe(20)
  })

  it('belongs to its team, needs the scope admin, and teams have so many', async () => {
    const hook = await register()
    const stranger = await under.service.team()
    for (const [method, path] of [
      ['GET', `/${hook.id}`],
      ['PATCH', `/${hook.id}`],
      ['DELETE', `/${hook.id}`],
      ['POST', `/${hook.id}/test`],
      ['POST', `/${hook.id}/rotate-secret`],
      ['GET', `/${hook.id}/deliveries`],
    ] as const) {
      const payload =
        method === 'GET' || method === 'DELETE' ? {} : { payload: method === 'PATCH' ? { enabled: true } : {} }
      const response = await under.service.app.inject({
        method,
        url: `/v1/webhooks${path}`,
        headers: stranger.headers,
        ...payload,
      })
      expect(response.statusCode, `${method} ${path}`).toBe(404)
    }
    const { secret } = await withinTeam(under.teamId, () =>
      under.service.services.createKey(
        { teamId: under.teamId, keyId: 'none', scopes: ['read', 'write'] },
        { name: 'reader', scopes: ['read', 'write'] },
      ),
    )
    const reader = await under.service.app.inject({
      url: '/v1/webhooks',
      headers: { authorization: `Bearer ${secret}` },
    })
    expect(reader.statusCode).toBe(403)
    for (let count = 1; count < 20; count++) await register()
    await call('POST', '', { url: receiver.url }, 429)
    await call('DELETE', `/${hook.id}`, undefined, 204)
    await register()
  })
})
