import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { LightMyRequestResponse } from 'fastify'
import { parse } from 'csv-parse/sync'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeSuggestions } from '../../src/evaluation/suggestions.ts'
import type { AuditEntry } from '../../src/service/audit-resources.ts'
import type { Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { multipart } from '../helpers/multipart.ts'
import { aWorker, startService, type ServiceUnderTest } from '../helpers/service.ts'

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
const SIGN_IN = {
  issuer: 'http://127.0.0.1:1',
  clientId: 'anneal',
  clientSecret: 'secret',
  publicUrl: 'http://127.0.0.1:1',
  sessionMs: 60_000,
}

type Team = Awaited<ReturnType<ServiceUnderTest['team']>>
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

let service: ServiceUnderTest
let team: Team
let zip: Buffer
beforeAll(async () => {
  service = await startService({ operators: [OPERATOR], signIn: SIGN_IN })
  team = await service.team()
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
})
afterAll(() => service.stop())

const send = (
  method: Method,
  url: string,
  { payload, headers = team.headers }: { payload?: object | string; headers?: Record<string, string> } = {},
): Promise<LightMyRequestResponse> =>
  service.app.inject({ method, url: `/v1${url}`, headers, ...(payload === undefined ? {} : { payload }) })
const call = (method: Method, url: string, payload?: object) =>
  send(method, url, payload === undefined ? {} : { payload })
const idOf = async (response: Promise<LightMyRequestResponse>): Promise<string> => {
  const { statusCode, body } = await response
  expect(statusCode, body).toBeLessThan(300)
  return (JSON.parse(body) as { id: string }).id
}

async function submitted(seed: number): Promise<string> {
  const dataset = await theDataset()
  return idOf(call('POST', '/jobs', { dataset: dataset.id, batchSize: 8, seed }))
}

let known: Promise<Dataset> | undefined
const theDataset = (): Promise<Dataset> => (known ??= service.readyDataset(team.headers, zip))

/** A job that a worker has ended, with a checkpoint and suggestions. */
async function succeeded(seed: number): Promise<{ id: string; checkpoint: string }> {
  const { store } = service
  const { blobs } = service.services
  const id = await submitted(seed)
  const { token } = (await store.claimJob(id, 60_000))!
  const file = encodeSuggestions({
    dataset: 'hash',
    covers: { train: 0, val: 8, test: 7 },
    found: { label: 0, outlier: 1 },
    notes: [],
    suggestions: [
      {
        number: 1,
        kind: 'outlier',
        split: 'val',
        index: 0,
        item: 24,
        file: 'class0/1.png',
        label: 'class0',
        suggested: null,
        probability: 0.01,
        suggestedProbability: null,
        score: 0.99,
        reason: 'A reason.',
      },
    ],
  })
  const [blobKey, weights] = [`artifacts/${id}/s`, `checkpoints/${id}/best`]
  await blobs.write(blobKey, Readable.from([file]))
  await blobs.write(weights, Readable.from(['weights']))
  const facts = { fileName: 's.json', contentType: 'application/json', sizeBytes: 1, sha256: blobKey }
  await store.recordJob(id, token, {
    events: [],
    metrics: [],
    artifact: { kind: 'suggestions', blobKey, ...facts },
    checkpoint: { kind: 'best', step: 1, blobKey: weights, sizeBytes: 7, sha256: id.padEnd(64, '0'), metrics: {} },
  })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return { id, checkpoint: (await store.checkpoints(id))[0]!.id }
}

const sweep = async (): Promise<string> =>
  idOf(call('POST', '/sweeps', { ...(await sweepRequest()), name: `s${Math.random()}` }))
const sweepRequest = async () => ({
  dataset: (await theDataset()).id,
  kind: 'grid',
  space: { '/seed': { values: [1, 2] } },
})

const TUS = { 'tus-resumable': '1.0.0' }
const begunUpload = async (): Promise<string> => {
  const { headers } = await send('POST', '/uploads', { headers: { ...team.headers, ...TUS, 'upload-length': '3' } })
  return String(headers.location).replace('/v1', '')
}
const key = (): Promise<string> => idOf(call('POST', '/api-keys', { name: 'k' }))
const member = (email: string): Promise<string> => idOf(call('POST', '/team/members', { email, role: 'viewer' }))
const asOperator = (method: Method, url: string, payload?: object) =>
  send(method, `/admin${url}`, {
    headers: { authorization: `Bearer ${OPERATOR.token}` },
    ...(payload === undefined ? {} : { payload }),
  })
const operatedTeam = (): Promise<string> => idOf(asOperator('POST', '/teams', { name: 't' }))
const suspendedTeam = async (): Promise<string> => {
  const id = await operatedTeam()
  await asOperator('POST', `/teams/${id}/suspend`)
  return id
}

/** A browser in which the operator is signed in. */
async function signedInOperator(): Promise<Record<string, string>> {
  const { secret, session } = await service.services.openOperatorSession(OPERATOR, 'request')
  return { cookie: `anneal_operator=${secret}`, 'x-csrf-token': session.csrfToken }
}

const worker = async (): Promise<string> => {
  const identity = aWorker()
  await service.store.registerWorker(identity)
  return identity.id
}
const cordonedWorker = async (): Promise<string> => {
  const id = await worker()
  await asOperator('POST', `/workers/${id}/cordon`)
  return id
}

const webhook = (): Promise<string> => idOf(call('POST', '/webhooks', { url: 'https://hooks.example/x' }))
/** The address of a message that was delivered. */
async function delivery(): Promise<string> {
  const url = `/webhooks/${await webhook()}`
  const id = await idOf(call('POST', `${url}/test`))
  const client = new Client({ connectionString: service.database.url })
  await client.connect()
  await client.query(`UPDATE "WebhookDelivery" SET "state" = 'delivered' WHERE "id" = $1`, [id])
  await client.end()
  return `${url}/deliveries/${id}`
}

let visits = 0
/** Somebody who is signed in, with what they have to send. */
async function person(): Promise<Record<string, string>> {
  const email = `p${++visits}@lab.example`
  await member(email)
  const { secret } = await service.services.signIn({ issuer: 'here', subject: email, email }, 60_000, 'request')
  const { csrfToken } = await service.services.session(secret)
  return { cookie: `anneal_session=${secret}`, 'x-csrf-token': csrfToken }
}
const ownKey = async (headers: Record<string, string>): Promise<string> =>
  idOf(send('POST', '/me/api-keys', { headers, payload: { name: 'mine', scopes: ['read'] } }))

let models = 0
const model = async (): Promise<string> => {
  const name = `model-${++models}`
  await call('POST', '/models', { name })
  return name
}
const modelVersion = async (): Promise<string> => {
  const name = await model()
  await call('POST', `/models/${name}/versions`, { checkpoint: (await succeeded(++seeds)).checkpoint })
  return name
}
const promoted = (name: string) => call('PUT', `/models/${name}/aliases/champion`, { version: 1, reason: 'better' })

const batch = async (): Promise<LightMyRequestResponse> => {
  const { checkpoint } = await succeeded(++seeds)
  return call('POST', '/predictions', { checkpoint, dataset: (await theDataset()).id })
}

let seeds = 0
const pausedJob = async (): Promise<string> => {
  const id = await submitted(++seeds)
  await call('POST', `/jobs/${id}/pause`)
  return id
}
const canceledJob = async (): Promise<string> => {
  const id = await submitted(++seeds)
  await call('POST', `/jobs/${id}/cancel`)
  return id
}

/** A call of each operation that changes something. */
async function thrownAway(): Promise<string> {
  const id = await canceledJob()
  expect(await service.store.deleteJob(team.id, id, 60_000)).toBe(true)
  return id
}

const HOST = { kind: 'host', id: 'host', name: 'host', keyId: null, requestId: null } as const
async function thrownTeam(): Promise<string> {
  const id = await suspendedTeam()
  expect(await service.store.deleteTeam(id, HOST, 60_000)).toBe(true)
  return id
}

const CALLS: Readonly<Record<string, () => Promise<LightMyRequestResponse>>> = {
  renameTeam: () => call('PATCH', '/team', { name: 'renamed' }),
  inviteMember: () => call('POST', '/team/members', { email: 'a@lab.example', role: 'member' }),
  changeRole: async () => call('PATCH', `/team/members/${await member('b@lab.example')}`, { role: 'member' }),
  removeMember: async () => call('DELETE', `/team/members/${await member('c@lab.example')}`),
  createApiKey: () => call('POST', '/api-keys', { name: 'k' }),
  rotateApiKey: async () => call('POST', `/api-keys/${await key()}/rotate`, {}),
  revokeApiKey: async () => call('DELETE', `/api-keys/${await key()}`),
  createOwnApiKey: async () =>
    send('POST', '/me/api-keys', { headers: await person(), payload: { name: 'mine', scopes: ['read'] } }),
  rotateOwnApiKey: async () => {
    const headers = await person()
    return send('POST', `/me/api-keys/${await ownKey(headers)}/rotate`, { headers, payload: {} })
  },
  revokeOwnApiKey: async () => {
    const headers = await person()
    return send('DELETE', `/me/api-keys/${await ownKey(headers)}`, { headers })
  },
  openSession: () => send('POST', '/session', { headers: {}, payload: { apiKey: team.secret } }),
  signOut: async () => send('DELETE', '/session', { headers: await person() }),
  createDataset: async () => {
    const body = multipart('flowers', 'data.zip', zip)
    return send('POST', '/datasets', {
      headers: { ...team.headers, ...body.headers },
      payload: body.payload as unknown as string,
    })
  },
  renameDataset: async () => call('PATCH', `/datasets/${(await theDataset()).id}`, { name: 'renamed' }),
  deleteDataset: async () => call('DELETE', `/datasets/${(await service.readyDataset(team.headers, zip)).id}`),
  createDatasetVersion: async () =>
    call('POST', `/datasets/${(await theDataset()).id}/versions`, { base: 1, remove: [{ item: 0 }] }),
  submitJob: async () => call('POST', '/jobs', { dataset: (await theDataset()).id, batchSize: 8 }),
  cancelJob: async () => call('POST', `/jobs/${await submitted(++seeds)}/cancel`),
  updateJob: async () => call('PATCH', `/jobs/${await submitted(++seeds)}`, { priority: 2 }),
  forkJob: async () => call('POST', `/jobs/${(await succeeded(++seeds)).id}/fork`, {}),
  batchJobs: async () => call('POST', '/jobs:batch', { action: 'cancel', ids: [await submitted(++seeds)] }),
  pauseJob: async () => call('POST', `/jobs/${await submitted(++seeds)}/pause`),
  resumeJob: async () => call('POST', `/jobs/${await pausedJob()}/resume`),
  stopJob: async () => call('POST', `/jobs/${await pausedJob()}/stop`),
  retryJob: async () => call('POST', `/jobs/${await canceledJob()}/retry`),
  deleteJob: async () => call('DELETE', `/jobs/${await canceledJob()}`),
  acceptSuggestions: async () =>
    call('POST', `/jobs/${(await succeeded(++seeds)).id}/suggestions/accept`, { numbers: [1] }),
  deleteCheckpoint: async () => call('DELETE', `/checkpoints/${(await succeeded(++seeds)).checkpoint}`),
  deleteArtifact: async () => {
    const { id } = await succeeded(++seeds)
    return call('DELETE', `/jobs/${id}/artifacts/suggestions`)
  },
  restore: async () => call('POST', `/trash/${await thrownAway()}/restore`),
  purge: async () => call('DELETE', `/trash/${await thrownAway()}`),
  setRetention: () => call('PUT', '/team/retention', { checkpoints: null, jobs: null, keepTags: ['keep'] }),
  submitSweep: async () => call('POST', '/sweeps', await sweepRequest()),
  cancelSweep: async () => call('POST', `/sweeps/${await sweep()}/cancel`),
  deleteSweep: async () => {
    const id = await sweep()
    await call('POST', `/sweeps/${id}/cancel`)
    return call('DELETE', `/sweeps/${id}`)
  },
  savePolicy: () => call('POST', '/policies', { name: 'mine', policy: POLICY }),
  deletePolicy: async () => {
    await call('POST', '/policies', { name: 'gone', policy: POLICY })
    return call('DELETE', '/policies/gone')
  },
  createModel: () => call('POST', '/models', { name: 'created' }),
  updateModel: async () => call('PATCH', `/models/${await model()}`, { description: 'new' }),
  deleteModel: async () => call('DELETE', `/models/${await model()}`),
  registerModelVersion: async () =>
    call('POST', `/models/${await model()}/versions`, { checkpoint: (await succeeded(++seeds)).checkpoint }),
  deleteModelVersion: async () => call('DELETE', `/models/${await modelVersion()}/versions/1`),
  promoteModelVersion: async () => promoted(await modelVersion()),
  removeModelAlias: async () => {
    const name = await modelVersion()
    await promoted(name)
    return call('DELETE', `/models/${name}/aliases/champion`)
  },
  shareModel: async () => call('POST', `/models/${await model()}/shares`, { team: await operatedTeam() }),
  revokeModelShare: async () => {
    const [name, other] = [await model(), await operatedTeam()]
    await call('POST', `/models/${name}/shares`, { team: other })
    return call('DELETE', `/models/${name}/shares/${other}`)
  },
  shareDataset: async () => call('POST', `/datasets/${(await theDataset()).id}/shares`, { team: await operatedTeam() }),
  revokeDatasetShare: async () => {
    const [{ id }, other] = [await theDataset(), await operatedTeam()]
    await call('POST', `/datasets/${id}/shares`, { team: other })
    return call('DELETE', `/datasets/${id}/shares/${other}`)
  },
  createPredictionBatch: () => batch(),
  deletePredictionBatch: async () => call('DELETE', `/predictions/${await idOf(batch())}`),
  createUpload: () => send('POST', '/uploads', { headers: { ...team.headers, ...TUS, 'upload-length': '3' } }),
  appendToUpload: async () =>
    send('PATCH', await begunUpload(), {
      headers: { ...team.headers, ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      payload: 'abc',
    }),
  deleteUpload: async () => send('DELETE', await begunUpload(), { headers: { ...team.headers, ...TUS } }),
  createWebhook: () => call('POST', '/webhooks', { url: 'https://hooks.example/x' }),
  updateWebhook: async () => call('PATCH', `/webhooks/${await webhook()}`, { enabled: false }),
  rotateWebhookSecret: async () => call('POST', `/webhooks/${await webhook()}/rotate-secret`, { overlapSeconds: 0 }),
  testWebhook: async () => call('POST', `/webhooks/${await webhook()}/test`),
  redeliverWebhook: async () => call('POST', `${await delivery()}/redeliver`),
  deleteWebhook: async () => call('DELETE', `/webhooks/${await webhook()}`),
  openOperatorSession: () => send('POST', '/admin/session', { headers: {}, payload: { token: OPERATOR.token } }),
  closeOperatorSession: async () => send('DELETE', '/admin/session', { headers: await signedInOperator() }),
  createTeam: () => asOperator('POST', '/teams', { name: 'new' }),
  renameOperatedTeam: async () => asOperator('PATCH', `/teams/${await operatedTeam()}`, { name: 'other' }),
  changeTeamQuota: async () => asOperator('PATCH', `/teams/${await operatedTeam()}/quota`, { weight: 2 }),
  cordonWorker: async () => asOperator('POST', `/workers/${await worker()}/cordon`),
  uncordonWorker: async () => asOperator('POST', `/workers/${await cordonedWorker()}/uncordon`),
  drainWorker: async () => asOperator('POST', `/workers/${await worker()}/drain`),
  suspendTeam: async () => asOperator('POST', `/teams/${await operatedTeam()}/suspend`),
  resumeTeam: async () => asOperator('POST', `/teams/${await suspendedTeam()}/resume`),
  restoreTeam: async () => asOperator('POST', `/trash/${await thrownTeam()}/restore`),
  purgeTeam: async () => asOperator('DELETE', `/trash/${await thrownTeam()}`),
  deleteTeam: async () => asOperator('DELETE', `/teams/${await suspendedTeam()}`),
}

/** Calls with a method of those that change something, which change nothing. */
const CHANGE_NOTHING = [
  'validateJob',
  'compareJobs',
  'predict',
  'predictByName',
  'explainImage',
  'explainImageByName',
  'previewAugment',
  'tryRetention',
]
/** Where one change is made in two ways. */
const ACTIONS: Readonly<Record<string, string>> = {
  createOwnApiKey: 'createApiKey',
  batchJobs: 'cancelJob',
  rotateOwnApiKey: 'rotateApiKey',
  revokeOwnApiKey: 'revokeApiKey',
  renameOperatedTeam: 'renameTeam',
}
const POLICY = [[{ op: 'Rotate', probability: 0.5, magnitude: 3 }]]

const logged = async (query: Parameters<typeof service.services.auditLog>[1]): Promise<AuditEntry[]> =>
  (await service.services.auditLog(undefined, query)).data

async function changingOperations(): Promise<string[]> {
  const document = (await service.app.inject({ url: '/openapi.json' })).json<{
    paths: Record<string, Record<string, { operationId: string }>>
  }>()
  return Object.values(document.paths).flatMap((methods) =>
    Object.entries(methods)
      .filter(([method]) => !['get', 'head', 'options'].includes(method))
      .map(([, { operationId }]) => operationId),
  )
}

describe('the audit log', () => {
  it('has a call of every operation of the OpenAPI document that changes something', async () => {
    const operations = await changingOperations()
    expect([...Object.keys(CALLS), ...CHANGE_NOTHING].sort()).toEqual([...operations].sort())
  })

  it.each(Object.keys(CALLS))('has an entry of %s, with who, what and the request', async (operation) => {
    const response = await CALLS[operation]!()
    expect(response.statusCode, response.body).toBeLessThan(300)
    const entries = await logged({ limit: 10, requestId: String(response.headers['x-request-id']) })
    const own = entries.filter(({ action }) => action === (ACTIONS[operation] ?? operation))
    expect(own, JSON.stringify(entries)).toHaveLength(1)
    const [{ actor, resource, before, after }] = own as [AuditEntry]
    expect(actor.id).not.toBe('')
    expect(resource.id).toMatch(/./)
    const isPart = ['registerModelVersion', 'shareModel', 'shareDataset'].includes(operation)
    const created =
      (response.statusCode === 201 && !isPart) ||
      ['submitJob', 'submitSweep', 'createDataset', 'createPredictionBatch'].includes(operation)
    const replaces = operation === 'rotateApiKey' || operation === 'rotateOwnApiKey'
    if (created && !replaces) expect(before).toBeNull()
    else if (operation !== 'signOut') expect(before).not.toBeNull()
    if (response.statusCode !== 204) expect(after).not.toBeNull()
    for (const secret of [
      team.secret,
      OPERATOR.token,
      (JSON.parse(response.body || '{}') as { secret?: string }).secret,
    ])
      if (secret !== undefined) expect(JSON.stringify(entries)).not.toContain(secret)
  })

  it('has nothing of calls that fail, change nothing, or are answered from an earlier one', async () => {
    const { id } = await service.team()
    const quiet = async (response: Promise<LightMyRequestResponse>): Promise<void> => {
      const requestId = String((await response).headers['x-request-id'])
      expect(await logged({ limit: 10, requestId })).toEqual([])
    }
    await quiet(call('POST', '/jobs', { dataset: 'ds_none' }))
    await quiet(call('DELETE', '/jobs/job_none'))
    await quiet(call('DELETE', '/api-keys/key_none'))
    await quiet(asOperator('POST', `/teams/${id}/resume`))
    await quiet(call('POST', '/jobs:validate', { dataset: (await theDataset()).id }))
    const headers = { ...team.headers, 'idempotency-key': 'once' }
    const submit = async () =>
      send('POST', '/jobs', { headers, payload: { dataset: (await theDataset()).id, batchSize: 8 } })
    const { id: job } = (await submit()).json<Job>()
    await quiet(submit())
    expect(await logged({ limit: 10, resource: job })).toHaveLength(1)
  })

  it('is a team’s own, for whoever has the scope admin, by filters and pages', async () => {
    const own = await service.team()
    const as = { headers: own.headers }
    const made = await idOf(send('POST', '/api-keys', { ...as, payload: { name: '=cmd()', scopes: ['read'] } }))
    await send('DELETE', `/api-keys/${made}`, as)
    const list = async (query = ''): Promise<{ data: AuditEntry[]; nextCursor: string | null }> =>
      (await send('GET', `/team/audit-log${query}`, as)).json()
    const { data } = await list()
    expect(data.map(({ action }) => action)).toEqual(['revokeApiKey', 'createApiKey', 'createApiKey', 'createTeam'])
    expect(data[1]).toMatchObject({
      team: own.id,
      actor: { kind: 'key', name: 'first key' },
      resource: { type: 'api-key', id: made },
      before: null,
      after: { name: '=cmd()' },
    })
    expect((await list(`?resource=${made}`)).data).toHaveLength(2)
    expect((await list(`?actor=${data[0]!.actor.id}&action=revokeApiKey`)).data).toHaveLength(1)
    expect((await list(`?until=${data[0]!.at}&since=2020-01-01T00:00:00Z&action=createTeam`)).data).toHaveLength(1)
    expect((await list('?since=2999-01-01T00:00:00Z')).data).toEqual([])
    const first = await list('?limit=3')
    expect((await list(`?limit=3&after=${first.nextCursor}`)).data).toHaveLength(1)
    expect((await send('GET', '/team/audit-log?since=yesterday', as)).json()).toMatchObject({ status: 400 })

    const lines = (await send('GET', '/team/audit-log/export', as)).body.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as AuditEntry)).toEqual(data)
    const csv = await send('GET', `/team/audit-log/export?format=csv&resource=${made}`, as)
    expect(csv.headers['content-type']).toContain('text/csv')
    const rows = parse<Record<string, string>>(csv.body, { columns: true })
    expect(rows.map(({ action, actorKind }) => [action, actorKind])).toEqual([
      ['revokeApiKey', 'key'],
      ['createApiKey', 'key'],
    ])
    const reader = await send('POST', '/api-keys', { ...as, payload: { name: 'r', scopes: ['read', 'write'] } })
    const headers = { authorization: `Bearer ${reader.json<{ secret: string }>().secret}` }
    for (const path of ['/team/audit-log', '/team/audit-log/export'])
      expect((await send('GET', path, { headers })).statusCode).toBe(403)
  })

  it('is only ever added to by the role of the application, whatever it was granted before', async () => {
    const asRole = async (url: string, run: (client: Client) => Promise<void>): Promise<void> => {
      const client = new Client({ connectionString: url })
      await client.connect()
      await run(client).finally(() => client.end())
    }
    const { url, applicationUrl } = service.database
    const refused = async (client: Client): Promise<void> => {
      for (const sql of [`UPDATE "AuditEntry" SET "action" = 'x'`, 'DELETE FROM "AuditEntry"', 'TRUNCATE "AuditEntry"'])
        await expect(client.query(sql)).rejects.toThrow('permission denied')
    }
    const { workerUrl } = service.database
    await asRole(workerUrl, async (client) => {
      await refused(client)
      expect((await client.query('SELECT 1 FROM "AuditEntry"')).rowCount).toBeGreaterThan(0)
    })
    await asRole(applicationUrl, refused)
    const migration = await readFile('prisma/migrations/20261230100000_people/migration.sql', 'utf8')
    await asRole(url, async (client) => {
      const role = client.escapeIdentifier(new URL(applicationUrl).username)
      await client.query(`GRANT UPDATE, DELETE, TRUNCATE ON "AuditEntry" TO ${role}`)
      await client.query(migration.slice(migration.indexOf("DO E'BEGIN")))
    })
    await asRole(applicationUrl, refused)
  })
})
