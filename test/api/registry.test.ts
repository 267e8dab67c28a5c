import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  ModelVersionWithLineage,
  Promotion,
  RegisteredModel,
  Share,
} from '../../src/service/registry-resources.ts'
import type { Dataset, Job, Page } from '../../src/service/resources.ts'
import { png } from '../helpers/archives.ts'
import { writeTestCheckpoint } from '../helpers/checkpoint-file.ts'
import { HOST, startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

const CLASSES = ['class0', 'class1', 'class2']

let service: ServiceUnderTest
let headers: { authorization: string }
let stranger: { authorization: string }
let dataset: Dataset
beforeAll(async () => {
  ;({ service, headers, stranger, dataset } = await startServiceWithData(3, 12))
})
afterAll(() => service.stop())

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const call = (method: Method, path: string, payload?: object, as = headers): Promise<LightMyRequestResponse> =>
  service.app.inject({ method, url: `/v1${path}`, headers: as, ...(payload === undefined ? {} : { payload }) })

let seeds = 0
/** A job that has succeeded, with a checkpoint of its own. */
async function trained(): Promise<{ job: string; checkpoint: string }> {
  const { store } = service
  const { blobs } = service.services
  const seed = ++seeds
  const made = (await call('POST', '/jobs', { dataset: dataset.id, seed, batchSize: 8 })).json<Job>()
  const { token = 0 } = (await store.claimJob(made.id, 60_000)) ?? {}
  const file = await writeTestCheckpoint(join(service.folder, `${seed}.safetensors`), { classes: CLASSES, seed })
  const blobKey = `checkpoints/${made.id}/best`
  await blobs.copyIn(blobKey, file.path)
  const scores = {
    images: 4,
    trainImages: 8,
    predicted: 4,
    precision: 1,
    recall: 0.25,
    recallInterval: [0, 1],
    f1: 0.4,
  }
  const numbers = { accuracy: 0.75, top5: 1, balancedAccuracy: 0.75, macroF1: 0.7, nll: 0.5, nllUncalibrated: 0.6 }
  const measured = { ...numbers, ece: 0.02, eceUncalibrated: 0.09, temperature: 1.5 }
  await store.recordJob(made.id, token, {
    events: [{ type: 'started', data: { engine: 'torch', device: 'cpu', codeVersion: '9.9.9' } }],
    metrics: [],
    report: {
      ...measured,
      weights: 'best',
      split: 'test',
      images: 6,
      classes: CLASSES.map((name) => ({ ...scores, name: `${name}|<b>` })),
      worst: [],
    },
    checkpoint: {
      kind: 'best',
      step: 7,
      blobKey,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      metrics: { 'val/accuracy': 0.5 },
    },
  })
  await store.moveJob(made.id, token, { from: ['starting'], to: 'succeeded' })
  return { job: made.id, checkpoint: (await store.checkpoints(made.id))[0]!.id }
}

const named = async (name: string, payload: object = {}): Promise<RegisteredModel> => {
  const response = await call('POST', '/models', { name, ...payload })
  expect(response.statusCode, response.body).toBe(201)
  return response.json<RegisteredModel>()
}
const registered = async (name: string, of: object): Promise<ModelVersionWithLineage> => {
  const response = await call('POST', `/models/${name}/versions`, of)
  expect(response.statusCode, response.body).toBe(201)
  return response.json<ModelVersionWithLineage>()
}
const promoted = (name: string, alias: string, version: number, reason = 'it is better') =>
  call('PUT', `/models/${name}/aliases/${alias}`, { version, reason })

const predict = (ref: string, as = headers, path = 'predict'): Promise<LightMyRequestResponse> => {
  const request: InjectOptions = {
    method: 'POST',
    url: `/v1/models/${encodeURIComponent(ref)}/${path}`,
    headers: { ...as, 'content-type': 'image/png' },
    payload: png(1),
  }
  return service.app.inject(request)
}

describe('the registry of models', () => {
  it('numbers versions of a name, with the lineage of each, and lists them', async () => {
    const model = await named('pets', { description: 'Cats and dogs.' })
    expect(model).toMatchObject({ name: 'pets', newestVersion: null, aliases: {}, sharedBy: null })
    const [first, second] = [await trained(), await trained()]
    const { lineage, ...version } = await registered('pets', { checkpoint: first.checkpoint, description: 'the first' })
    expect(version).toMatchObject({
      model: 'pets',
      version: 1,
      ...first,
      description: 'the first',
      aliases: [],
      metrics: { 'val/accuracy': 0.5, 'report/accuracy': 0.75 },
      registeredBy: { kind: 'key', name: 'first key' },
    })
    expect(lineage).toMatchObject({
      job: { id: first.job },
      checkpoint: { id: first.checkpoint, kind: 'best', step: 7, parents: [] },
      spec: { batchSize: 8, seed: 1 },
      dataset: { id: dataset.id, version: 1, name: dataset.name, images: dataset.images, classes: 3 },
      code: { version: '9.9.9', engine: 'torch', device: 'cpu' },
    })
    expect(lineage.dataset.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    // By its job, the checkpoint that the report is of.
    expect(await registered('pets', { job: second.job })).toMatchObject({ version: 2, checkpoint: second.checkpoint })
    const page = (await call('GET', '/models/pets/versions?limit=1')).json<Page<{ version: number }>>()
    expect(page.data.map((each) => each.version)).toEqual([2])
    const rest = (await call('GET', `/models/pets/versions?after=${page.nextCursor}`)).json<typeof page>()
    expect(rest).toMatchObject({ data: [{ version: 1 }], nextCursor: null })
    expect((await call('GET', '/models')).json<Page<RegisteredModel>>().data).toMatchObject([
      { name: 'pets', newestVersion: 2 },
    ])
    expect((await call('GET', `/models/${model.id}`)).json()).toMatchObject({ name: 'pets' })
  })

  it('refuses names that are taken or look like ids, and what is no checkpoint', async () => {
    await named('birds')
    expect((await call('POST', '/models', { name: 'birds' })).json()).toMatchObject({ status: 409, code: 'conflict' })
    for (const name of ['', 'a b', 'a@b', 'a:1', 'model_1', '../x', 'x'.repeat(65)])
      expect((await call('POST', '/models', { name })).statusCode, name).toBe(400)
    const { job, checkpoint } = await trained()
    for (const body of [{}, { job, checkpoint }])
      expect((await call('POST', '/models/birds/versions', body)).json()).toMatchObject({ status: 400 })
    for (const body of [{ checkpoint: 'ckpt_none' }, { job: 'job_none' }])
      expect((await call('POST', '/models/birds/versions', body)).statusCode).toBe(404)
    const queued = (await call('POST', '/jobs', { dataset: dataset.id, seed: 99 })).json<Job>()
    expect((await call('POST', '/models/birds/versions', { job: queued.id })).json()).toMatchObject({
      code: 'wrong_state',
    })
    expect((await call('POST', '/models/none/versions', { checkpoint })).statusCode).toBe(404)
    expect((await call('GET', '/models/birds?version=1')).statusCode).toBe(400)
    expect((await predict('birds')).json()).toMatchObject({ code: 'wrong_state' })
  })

  it('points aliases at versions, and keeps who did, why, and from which version', async () => {
    await named('trees')
    for (const version of [1, 2])
      expect(await registered('trees', { checkpoint: (await trained()).checkpoint })).toMatchObject({ version })
    expect((await promoted('trees', 'champion', 1, 'the only one')).json()).toMatchObject({ from: null, to: 1 })
    expect((await promoted('trees', 'champion', 2, 'fewer mistakes')).json()).toMatchObject({ from: 1, to: 2 })
    expect((await promoted('trees', 'staging', 2)).statusCode).toBe(200)
    expect((await promoted('trees', 'champion', 3)).statusCode).toBe(404)
    expect((await promoted('trees', 'not an alias', 1)).statusCode).toBe(400)
    expect((await call('PUT', '/models/trees/aliases/champion', { version: 1 })).statusCode).toBe(400)
    expect((await call('GET', '/models/trees')).json()).toMatchObject({ aliases: { champion: 2, staging: 2 } })
    expect((await call('GET', '/models/trees/versions/2')).json()).toMatchObject({ aliases: ['champion', 'staging'] })
    expect((await call('DELETE', '/models/trees/aliases/staging?reason=over')).statusCode).toBe(204)
    expect((await call('DELETE', '/models/trees/aliases/staging')).statusCode).toBe(404)
    const history = (await call('GET', '/models/trees/promotions')).json<Page<Promotion>>().data
    expect(history.map(({ alias, from, to, reason }) => [alias, from, to, reason])).toEqual([
      ['staging', 2, null, 'over'],
      ['staging', null, 2, 'it is better'],
      ['champion', 1, 2, 'fewer mistakes'],
      ['champion', null, 1, 'the only one'],
    ])
    expect(history[0]?.promotedBy).toMatchObject({ kind: 'key', name: 'first key' })
  })

  it('keeps the checkpoint of a version from being deleted, whatever would delete it', async () => {
    await named('kept')
    const { job, checkpoint } = await trained()
    await registered('kept', { checkpoint })
    await promoted('kept', 'champion', 1)
    for (const path of [`/checkpoints/${checkpoint}`, `/jobs/${job}`]) {
      const refused = (await call('DELETE', path)).json<{ detail: string }>()
      expect(refused).toMatchObject({ status: 409, code: 'conflict' })
      expect(refused.detail).toContain('kept:1')
    }
    for (const path of ['/models/kept/versions/1', '/models/kept'])
      expect((await call('DELETE', path)).json(), path).toMatchObject({ code: 'conflict' })
    await call('DELETE', '/models/kept/aliases/champion')
    expect((await call('DELETE', '/models/kept/versions/1')).statusCode).toBe(204)
    expect((await call('DELETE', '/models/kept/versions/1')).statusCode).toBe(404)
    // No number is used twice.
    expect(await registered('kept', { checkpoint })).toMatchObject({ version: 2 })
    expect((await call('DELETE', '/models/kept')).statusCode).toBe(204)
    expect((await call('DELETE', `/jobs/${job}`)).statusCode).toBe(204)
  })

  it('keeps a registered checkpoint that later ones of a running job supersede', async () => {
    await named('running')
    const { id } = (await call('POST', '/jobs', { dataset: dataset.id, seed: 77 })).json<Job>()
    const { token = 0 } = (await service.store.claimJob(id, 60_000)) ?? {}
    const record = async (step: number): Promise<void> => {
      const blob = { blobKey: `checkpoints/${id}/${step}`, sizeBytes: 1, sha256: String(step).repeat(64) }
      const checkpoint = { kind: 'last', step, ...blob, metrics: {} } as const
      await service.store.recordJob(id, token, { events: [], metrics: [], checkpoint })
    }
    await record(1)
    const [first] = await service.store.checkpoints(id)
    await registered('running', { checkpoint: first!.id })
    for (const step of [2, 3, 4]) await record(step)
    expect((await call('GET', `/checkpoints/${first!.id}`)).statusCode).toBe(200)
  })
})

describe('predictions by name', () => {
  it('come from the version or alias that is named, and say which one it was', async () => {
    const { id } = await named('shapes')
    const [first, second] = [await trained(), await trained()]
    for (const { checkpoint } of [first, second]) await registered('shapes', { checkpoint })
    const answering = async (ref: string): Promise<unknown> => {
      const response = await predict(ref)
      expect(response.statusCode, response.body).toBe(200)
      const { model, data } = response.json<{ model: unknown; data: { top: unknown[] }[] }>()
      expect(data[0]?.top).toHaveLength(3)
      return model
    }
    expect(await answering('shapes')).toEqual({
      id,
      name: 'shapes',
      version: 2,
      alias: null,
      checkpoint: second.checkpoint,
    })
    await promoted('shapes', 'champion', 1)
    expect(await answering('shapes')).toMatchObject({ version: 1, alias: 'champion', checkpoint: first.checkpoint })
    expect(await answering('shapes@champion')).toMatchObject({ version: 1, alias: 'champion' })
    expect(await answering('shapes:2')).toMatchObject({ version: 2, alias: null })
    await promoted('shapes', 'champion', 2)
    expect(await answering(`${id}@champion`)).toMatchObject({ version: 2 })
    for (const ref of ['none', 'shapes:3', 'shapes@staging', 'shapes@toString', 'shapes:0', 'shapes@', 'a b'])
      expect((await predict(ref)).statusCode, ref).toBe(404)
    expect((await predict('shapes', stranger)).statusCode).toBe(404)
    const cam = await predict('shapes@champion', headers, 'gradcam')
    expect(cam.headers).toMatchObject({ 'content-type': 'image/png', 'x-anneal-model': 'shapes:2' })
  })
})

describe('the model card', () => {
  it('has the sections of Mitchell et al., from report, lineage and what the team says', async () => {
    await named('carded', { card: { intendedUse: 'Sorting *photos*.' } })
    const { job } = await trained()
    await registered('carded', { job })
    await call('PATCH', '/models/carded', { card: { ethics: 'None that we know.' } })
    const response = await call('GET', '/models/carded/versions/1/card')
    expect(response.headers['content-type']).toBe('text/markdown; charset=utf-8')
    const card = response.body
    expect(card.match(/^## .*/gm)).toEqual(
      [
        'Model details',
        'Intended use',
        'Factors',
        'Metrics',
        'Evaluation data',
        'Training data',
        'Per-class results',
        'Calibration',
        'Ethical considerations',
        'Limitations',
      ].map((title) => `## ${title}`),
    )
    for (const part of [
      '# Model card: carded, version 1',
      'Sorting *photos*.',
      'None that we know.',
      '| Accuracy | 75.00 % |',
      '| class0\\|\\<b\\> | 8 | 4 | 100.00 % | 25.00 % | 40.00 % |',
      '2.00 %, 9.00 % before calibration',
      'Anneal 9.9.9',
      dataset.id.replaceAll('_', '\\_'),
      'Recall under 50 %',
    ])
      expect(card).toContain(part)
    expect((await call('GET', '/models/carded/versions/2/card')).statusCode).toBe(404)
    expect((await call('PATCH', '/models/carded', { card: { secret: 'x' } })).statusCode).toBe(400)
    expect((await call('PATCH', '/models/carded', {})).statusCode).toBe(400)
  })
})

describe('a shared model', () => {
  it('is seen and used by the other team under its id, changed by its owner alone, and gone once it is revoked', async () => {
    const other = await service.team()
    const as = (method: Method, path: string, payload?: object) => call(method, path, payload, other.headers)
    const { id } = await named('shared', { description: 'for all' })
    const { checkpoint, job } = await trained()
    await registered('shared', { checkpoint })
    await promoted('shared', 'champion', 1)
    expect((await as('GET', `/models/${id}`)).statusCode).toBe(404)
    const share = await call('POST', '/models/shared/shares', { team: other.id })
    expect(share.json<Share>(), share.body).toMatchObject({ team: other.id })
    expect((await call('POST', '/models/shared/shares', { team: other.id })).json()).toMatchObject({ code: 'conflict' })
    expect((await call('POST', '/models/shared/shares', { team: 'team_none' })).statusCode).toBe(404)

    const { data } = (await as('GET', '/models')).json<Page<RegisteredModel>>()
    const owner = (await call('GET', '/team')).json<{ id: string; name: string }>()
    expect(data).toMatchObject([{ id, name: 'shared', sharedBy: { team: owner.id, name: owner.name } }])
    for (const path of ['', '/versions', '/versions/1', '/versions/1/card', '/promotions'])
      expect((await as('GET', `/models/${id}${path}`)).statusCode, path).toBe(200)
    expect((await predict(`${id}@champion`, other.headers)).json()).toMatchObject({ model: { version: 1, checkpoint } })
    // Its name is free for the other team, and its job and checkpoint are not theirs.
    expect((await as('GET', '/models/shared')).statusCode).toBe(404)
    for (const path of [`/checkpoints/${checkpoint}`, `/jobs/${job}`])
      expect((await as('GET', path)).statusCode).toBe(404)
    const changes: [Method, string, object?][] = [
      ['PATCH', '', { description: 'mine' }],
      ['DELETE', ''],
      ['POST', '/versions', { checkpoint }],
      ['DELETE', '/versions/1'],
      ['PUT', '/aliases/champion', { version: 1, reason: 'r' }],
      ['DELETE', '/aliases/champion'],
      ['POST', '/shares', { team: owner.id }],
      ['GET', '/shares'],
      ['DELETE', `/shares/${other.id}`],
    ]
    for (const [method, path, body] of changes)
      expect((await as(method, `/models/${id}${path}`, body)).json(), `${method} ${path}`).toMatchObject({
        status: 403,
        code: 'forbidden',
      })

    expect((await call('GET', '/models/shared/shares')).json()).toMatchObject({ data: [{ team: other.id }] })
    expect((await call('DELETE', `/models/shared/shares/${other.id}`)).statusCode).toBe(204)
    expect((await call('DELETE', `/models/shared/shares/${other.id}`)).statusCode).toBe(404)
    for (const path of ['', '/versions', '/versions/1', '/versions/1/card'])
      expect((await as('GET', `/models/${id}${path}`)).statusCode, path).toBe(404)
    expect((await predict(id, other.headers)).statusCode).toBe(404)
    expect((await as('GET', '/models')).json()).toMatchObject({ data: [] })
  })
})

describe('a shared data set', () => {
  it('is seen and trained with by the other team, changed by its owner alone, and gone once it is revoked', async () => {
    const other = await service.team()
    const as = (method: Method, path: string, payload?: object) => call(method, path, payload, other.headers)
    const { id } = dataset
    expect((await call('POST', `/datasets/${id}/shares`, { team: other.id })).statusCode).toBe(201)
    expect((await call('POST', `/datasets/${id}/shares`, { team: other.id })).json()).toMatchObject({
      code: 'conflict',
    })
    const owner = (await call('GET', '/team')).json<{ id: string; name: string }>()
    const sharedBy = { team: owner.id, name: owner.name }
    expect((await as('GET', '/datasets')).json()).toMatchObject({ data: [{ id, sharedBy }] })
    expect((await as('GET', `/datasets/${id}`)).json()).toMatchObject({ id, classes: CLASSES, sharedBy })
    expect((await call('GET', `/datasets/${id}`)).json()).toMatchObject({ sharedBy: null })
    for (const path of ['', '/versions', '/report', '/items', '@1/items'])
      expect((await as('GET', `/datasets/${id}${path}`)).statusCode, path).toBe(200)
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'mine' }],
      ['DELETE', ''],
      ['POST', '/versions', { remove: [{ item: 0 }] }],
      ['POST', '/shares', { team: owner.id }],
      ['GET', '/shares'],
      ['DELETE', `/shares/${other.id}`],
    ] as [Method, string, object?][])
      expect((await as(method, `/datasets/${id}${path}`, body)).json(), `${method} ${path}`).toMatchObject({
        status: 403,
        code: 'forbidden',
      })
    const submitted = await as('POST', '/jobs', { dataset: id, batchSize: 8 })
    expect(submitted.statusCode, submitted.body).toBe(202)
    const job = submitted.json<Job>()
    expect(job).toMatchObject({ dataset: id, datasetVersion: 1, datasetDeleted: false })
    // Its jobs are its own: the owner of the data set sees none of them.
    expect((await call('GET', `/jobs/${job.id}`)).statusCode).toBe(404)

    expect((await call('DELETE', `/datasets/${id}/shares/${other.id}`)).statusCode).toBe(204)
    for (const path of ['', '@1', '/versions', '/report', '/items'])
      expect((await as('GET', `/datasets/${id}${path}`)).statusCode, path).toBe(404)
    expect((await as('GET', '/datasets')).json()).toMatchObject({ data: [] })
    expect((await as('POST', '/jobs', { dataset: id })).statusCode).toBe(404)
    // The job is still readable, and does not run again.
    expect((await as('GET', `/jobs/${job.id}`)).json()).toMatchObject({ dataset: id })
    expect((await as('GET', '/jobs')).json()).toMatchObject({ data: [{ id: job.id, dataset: id }] })
    expect((await as('POST', `/jobs/${job.id}/cancel`)).statusCode).toBe(200)
    expect((await as('POST', `/jobs/${job.id}/retry`)).json()).toMatchObject({ code: 'wrong_state' })
    expect((await as('DELETE', `/jobs/${job.id}`)).statusCode).toBe(204)
  })

  it('is deleted by its owner, with the jobs of another team still readable, also when the team goes', async () => {
    const [owner, other] = [await service.team(), await service.team()]
    const zip = await readFile(join(service.folder, 'data.zip'))
    const made: [Dataset, string][] = []
    while (made.length < 2) {
      const own = await service.readyDataset(owner.headers, zip)
      await call('POST', `/datasets/${own.id}/shares`, { team: other.id }, owner.headers)
      const job = (await call('POST', '/jobs', { dataset: own.id, batchSize: 8 }, other.headers)).json<Job>()
      made.push([own, job.id])
    }
    const [[first, firstJob], [second, secondJob]] = made as [[Dataset, string], [Dataset, string]]
    expect((await call('DELETE', `/datasets/${first.id}`, undefined, owner.headers)).statusCode).toBe(204)
    expect((await call('GET', `/jobs/${firstJob}`, undefined, other.headers)).json()).toMatchObject({
      dataset: first.id,
      datasetDeleted: true,
    })
    await service.store.suspendTeam(owner.id, true, HOST)
    expect(await service.store.deleteTeam(owner.id, HOST, 0)).toBe(true)
    for (const job of [firstJob, secondJob])
      expect((await call('GET', `/jobs/${job}`, undefined, other.headers)).json()).toMatchObject({
        datasetDeleted: true,
      })
    expect((await call('GET', `/datasets/${second.id}`, undefined, other.headers)).statusCode).toBe(404)
  })
})
