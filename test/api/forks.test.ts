import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SpecDiff } from '../../src/service/forks.ts'
import type { Checkpoint, Job } from '../../src/service/resources.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let headers: Record<string, string>
let stranger: Record<string, string>
let dataset: string
beforeAll(async () => {
  const started = await startServiceWithData(2, 12)
  service = started.service
  headers = started.headers
  stranger = started.stranger
  dataset = started.dataset.id
})
afterAll(() => service.stop())

const send = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, as = headers) =>
  service.app.inject({ method, url: `/v1${url}`, headers: as, ...(payload === undefined ? {} : { payload }) })

/** A job that a worker has ended, with checkpoints of these kinds. */
async function trained(fields: object = {}, kinds: Checkpoint['kind'][] = ['last', 'best']): Promise<Job> {
  const submission = { dataset, batchSize: 8, budget: { steps: 40 }, ...fields }
  const { id } = (await send('POST', '/jobs', submission)).json<Job>()
  const { token } = (await service.store.claimJob(id, 60_000))!
  for (const kind of kinds) {
    const sha256 = `${id}${kind}`.padEnd(64, '0').slice(-64)
    const checkpoint = { kind, step: 40, blobKey: `checkpoints/${id}/${kind}`, sizeBytes: 7, sha256, metrics: {} }
    await service.store.recordJob(id, token, { events: [], metrics: [], checkpoint })
  }
  await service.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return (await send('GET', `/jobs/${id}`)).json()
}
const checkpoints = async (id: string): Promise<Record<string, string>> =>
  Object.fromEntries((await service.store.checkpoints(id)).map((each) => [each.kind, each.id]))
async function forked(id: string, request: object = {}): Promise<Job> {
  const response = await send('POST', `/jobs/${id}/fork`, request)
  expect(response.statusCode, response.body).toBe(202)
  return response.json()
}
const pretrained = ({ spec }: Job): unknown => (spec as ResolvedSpec).model['pretrained']

describe('a fork', () => {
  it('starts from the weights of a job, with changes of its spec, its lineage and a diff', async () => {
    const source = await trained({ name: 'first', optimizer: { name: 'adam' } })
    const { best, last } = await checkpoints(source.id)
    const fork = await forked(source.id, { spec: { seed: 7, budget: { steps: 9 } }, tags: ['fork'], priority: 2 })
    expect(fork).toMatchObject({
      state: 'queued',
      name: 'first',
      tags: ['fork'],
      priority: 2,
      forkOf: { job: source.id, checkpoint: best, mode: 'weights' },
    })
    expect([pretrained(fork), (fork.spec as ResolvedSpec).optimizer]).toEqual([
      { checkpoint: best },
      (source.spec as ResolvedSpec).optimizer,
    ])
    const { from, differences } = (await send('GET', `/jobs/${fork.id}/diff`)).json<SpecDiff>()
    expect(from).toBe(source.id)
    expect(differences).toContainEqual({ pointer: '/seed', from: 0, to: 7 })
    expect(differences.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/budget/steps',
      '/model/pretrained',
      '/seed',
    ])
    expect(pretrained(await forked(source.id, { checkpoint: last }))).toEqual({ checkpoint: last })
    expect((await send('GET', `/jobs/${source.id}/diff?from=${fork.id}`)).json()).toMatchObject({ from: fork.id })
    expect((await send('GET', `/jobs/${source.id}/diff`)).statusCode).toBe(400)
    expect((await send('DELETE', `/jobs/${source.id}`)).json()).toMatchObject({ code: 'wrong_state' })
  })

  it('that continues a run gets its last checkpoint until it has one itself', async () => {
    const source = await trained()
    const { last, best } = await checkpoints(source.id)
    const fork = await forked(source.id, { mode: 'continue', spec: { budget: { steps: 100 }, name: 'more' } })
    expect(fork).toMatchObject({ name: 'more', forkOf: { job: source.id, checkpoint: last, mode: 'continue' } })
    expect([pretrained(fork), (fork.spec as ResolvedSpec).budget]).toEqual(['none', { steps: 100 }])
    const claim = await service.store.claimJob(fork.id, 60_000)
    expect(claim).toMatchObject({ continues: source.specHash, attempt: 1 })
    expect(claim?.checkpoints.map(({ blobKey }) => blobKey).toSorted()).toEqual([
      `checkpoints/${source.id}/best`,
      `checkpoints/${source.id}/last`,
    ])
    expect((await send('DELETE', `/checkpoints/${best}`)).json()).toMatchObject({ code: 'wrong_state' })
    const own = { kind: 'last', step: 60, blobKey: `checkpoints/${fork.id}/last`, sizeBytes: 7, metrics: {} }
    const checkpoint = { ...own, sha256: fork.id.padEnd(64, '1') }
    await service.store.recordJob(fork.id, claim?.token ?? 0, { events: [], metrics: [], checkpoint })
    await service.store.moveJob(fork.id, claim?.token ?? 0, { from: ['starting'], to: 'failed' })
    await send('POST', `/jobs/${fork.id}/retry`)
    const again = await service.store.claimJob(fork.id, 60_000)
    expect(again?.checkpoints.map(({ blobKey }) => blobKey)).toEqual([own.blobKey, `checkpoints/${source.id}/best`])
    await service.store.moveJob(fork.id, again?.token ?? 0, { from: ['starting'], to: 'failed' })
  })

  it('that would go on without what it continues is not queued again', async () => {
    const source = await trained()
    const fork = await forked(source.id, { mode: 'continue', spec: { budget: { steps: 100 } } })
    await send('POST', `/jobs/${fork.id}/cancel`)
    expect((await send('DELETE', `/jobs/${source.id}`)).statusCode).toBe(204)
    expect((await send('POST', `/jobs/${fork.id}/retry`)).json()).toMatchObject({ code: 'wrong_state' })
    expect((await send('GET', `/jobs/${fork.id}`)).json()).toMatchObject({ forkOf: { job: source.id } })
    expect((await send('GET', `/jobs/${fork.id}/diff`)).statusCode).toBe(404)
  })

  it('is made once for an Idempotency-Key', async () => {
    const source = await trained()
    const as = { ...headers, 'idempotency-key': 'fork-once' }
    const [first, second] = [
      await send('POST', `/jobs/${source.id}/fork`, {}, as),
      await send('POST', `/jobs/${source.id}/fork`, {}, as),
    ]
    expect(first.json<Job>().id).toBe(second.json<Job>().id)
  })

  it('is refused for what does not fit, is not there, or belongs to another team', async () => {
    const [source, other] = [await trained(), await trained()]
    const none = await trained({}, [])
    const { best } = await checkpoints(source.id)
    const foreign = (await checkpoints(other.id))['best']
    for (const [id, request, expected] of [
      [source.id, { checkpoint: foreign }, { status: 400, errors: [{ pointer: '/checkpoint' }] }],
      [source.id, { checkpoint: 'ckpt_none' }, { status: 400, errors: [{ pointer: '/checkpoint' }] }],
      [source.id, { mode: 'continue', checkpoint: best }, { status: 400, errors: [{ pointer: '/checkpoint' }] }],
      [source.id, { mode: 'continue' }, { code: 'invalid_spec', errors: [{ pointer: '/budget' }] }],
      [source.id, { mode: 'continue', spec: { seed: 1 } }, { code: 'invalid_spec', errors: [{ pointer: '/seed' }] }],
      [source.id, { spec: { seed: 'x' } }, { code: 'invalid_spec', errors: [{ pointer: '/seed' }] }],
      [source.id, { spec: [] }, { status: 400 }],
      [source.id, { seed: 1 }, { status: 400 }],
      [source.id, { tags: ['a,b'] }, { status: 400 }],
      [none.id, {}, { code: 'wrong_state' }],
      ['job_none', {}, { status: 404 }],
    ] as const)
      expect((await send('POST', `/jobs/${id}/fork`, request)).json()).toMatchObject(expected)
    expect((await send('POST', `/jobs/${source.id}/fork`, {}, stranger)).statusCode).toBe(404)
    expect((await send('GET', `/jobs/${source.id}/diff?from=${other.id}`, undefined, stranger)).statusCode).toBe(404)
  })
})
