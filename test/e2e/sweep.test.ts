import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client } from '../../src/client/client.ts'
import type { SavedPolicy } from '../../src/service/policy-resources.ts'
import type { Artifact, Checkpoint, Dataset, Job, Transition } from '../../src/service/resources.ts'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import {
  eventually,
  freePort,
  kill,
  roleEnvironment,
  startRole,
  startService,
  type ServiceUnderTest,
} from '../helpers/service.ts'

const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  augment: ['random-crop'],
}

let service: ServiceUnderTest
let environment: Record<string, string>
let workers: ChildProcess[]
let api: ChildProcess
let client: Client
let dataset: Dataset

beforeAll(async () => {
  service = await startService()
  const { secret } = await service.team()
  const port = await freePort()
  environment = {
    ...roleEnvironment(service),
    ANNEAL_PORT: String(port),
  }
  api = startRole('api', environment)
  workers = [startRole('worker', environment)]
  client = new Client({ url: `http://127.0.0.1:${port}`, key: secret })
  const zip = await writeZip(join(service.folder, 'data.zip'), classFolders(3, 60))
  await eventually(() => client.get('/v1/team'))
  const { id } = await client.upload<Dataset>(zip, { name: 'shapes' })
  dataset = await eventually(async () => {
    const found = await client.get<Dataset>(`/v1/datasets/${id}`)
    return found.state === 'ready' ? found : undefined
  })
})
afterAll(async () => {
  for (const child of [...workers, api]) await kill(child, 'SIGKILL')
  await service.stop()
})

const submit = (body: object): Promise<Sweep> => client.post<Sweep>('/v1/sweeps', { dataset: dataset.id, ...body })
const read = (id: string): Promise<Sweep> => client.get<Sweep>(`/v1/sweeps/${id}`)
const ended = (id: string): Promise<Sweep> =>
  eventually(
    async () => {
      const sweep = await read(id)
      return sweep.state === 'running' ? undefined : sweep
    },
    { withinMs: 400_000, everyMs: 500 },
  )

describe('a sweep through the service', () => {
  it('trains a grid, and its table has every trial with its values', async () => {
    const { id } = await submit({
      name: 'grid',
      kind: 'grid',
      spec: { ...SPEC, budget: { epochs: 3 } },
      objective: { metric: 'train/loss' },
      space: { '/schedule/learningRate': { values: [1e-6, 0.05] }, '/optimizer/momentum': { values: [0, 0.9] } },
    })
    const sweep = await ended(id)
    expect(sweep.reason).toBeNull()
    expect(sweep.counts).toEqual({ trials: 4, ended: 4 })
    for (const { state, value, accuracy, done } of sweep.trials) {
      expect([state, done]).toEqual(['succeeded', 1])
      expect(value).toBeGreaterThan(0)
      expect(accuracy).toBeGreaterThan(0)
    }
    const best = sweep.trials.find(({ number }) => number === sweep.best?.number)
    expect(best?.parameters).toMatchObject({ '/schedule/learningRate': 0.05 })
    expect(sweep.best?.value).toBe(Math.min(...sweep.trials.map(({ value }) => value ?? Infinity)))
  })

  it('halves six trials: losers stop at a rung with their weights, and the best has the whole budget, over a killed worker', async () => {
    const { id, rungs } = await submit({
      name: 'halving',
      kind: 'asha',
      trials: 6,
      seed: 4,
      spec: { ...SPEC, budget: { epochs: 8 } },
      space: { '/schedule/learningRate': { values: [1e-6, 1e-5, 1e-4, 1e-3, 0.02, 0.05] } },
      asha: { eta: 3, minimum: 0.1 },
    })
    expect(rungs).toEqual([1 / 9, 1 / 3, 1])
    await eventually(async () => ((await read(id)).trials.some(({ rung }) => rung > 0) ? true : undefined), {
      withinMs: 200_000,
    })
    await kill(workers[0]!, 'SIGKILL')
    workers = [startRole('worker', environment), startRole('worker', environment)]
    const sweep = await ended(id)
    expect(sweep).toMatchObject({ state: 'succeeded', counts: { trials: 6, ended: 6 } })
    const winners = sweep.trials.filter(({ state }) => state === 'succeeded')
    expect(winners.length).toBeGreaterThan(0)
    expect(winners.length).toBeLessThan(4)
    expect(winners.map(({ number }) => number)).toContain(sweep.best?.number)
    for (const { parameters } of winners)
      expect((parameters as Record<string, number>)['/schedule/learningRate']).toBeGreaterThan(1e-4)
    for (const { job, state, rung, done, reason } of sweep.trials) {
      const { data } = await client.get<{ data: Transition[] }>(`/v1/jobs/${job}/transitions`)
      const pauses = data.filter(({ to }) => to === 'paused').length
      if (state === 'succeeded') expect([done, rung, pauses]).toEqual([1, 2, 2])
      else {
        expect([state, reason?.code, pauses]).toEqual(['stopped', 'outperformed', rung + 1])
        expect(done).toBeLessThan(0.5)
      }
      const checkpoints = (await client.get<{ data: Checkpoint[] }>(`/v1/jobs/${job}/checkpoints`)).data
      expect(checkpoints.map(({ kind }) => kind)).toEqual(['best', 'last'])
    }
  })

  it('searches for an augmentation policy, which later jobs take by its name', async () => {
    const { id } = await submit({
      name: 'policy',
      kind: 'policy-search',
      spec: { ...SPEC, budget: { epochs: 4 } },
      policySearch: { saveAs: 'found', folds: 2, share: 0.5, trials: 6, startTrials: 3, keep: 2, images: 20 },
    })
    const { state, reason, result, trials } = await ended(id)
    expect(reason).toBeNull()
    expect(state).toBe('succeeded')
    const { policy } = await client.get<SavedPolicy>('/v1/policies/found')
    expect(policy).toHaveLength(4)
    expect(result).toMatchObject({ kind: 'policy-search', ended: 'whole', policy })
    const { data } = await client.get<{ data: Artifact[] }>(`/v1/jobs/${trials[0]!.job}/artifacts`)
    expect(data.map(({ kind }) => kind)).toEqual(['policy'])
    const augment = ['random-crop', { name: 'auto-augment', policy: 'found' }]
    const { spec } = await client.post<Job>('/v1/jobs', { ...SPEC, dataset: dataset.id, budget: { steps: 2 }, augment })
    expect((spec as ResolvedSpec).augment[1]).toMatchObject({ name: 'auto-augment', policy })
  })

  it('goes on with a policy search where its worker was stopped', async () => {
    const { trials } = await submit({
      name: 'stopped',
      kind: 'policy-search',
      spec: { ...SPEC, budget: { epochs: 4 } },
      policySearch: { saveAs: 'survived', folds: 2, share: 0.5, trials: 900, startTrials: 450, keep: 2, images: 10 },
    })
    const { job } = trials[0]!
    await eventually(async () => {
      const { progress } = await client.get<Job>(`/v1/jobs/${job}`)
      return (progress?.step ?? 0) > 100 ? true : undefined
    })
    await Promise.all(workers.map((worker) => kill(worker, 'SIGTERM')))
    const { data: kept } = await client.get<{ data: Checkpoint[] }>(`/v1/jobs/${job}/checkpoints`)
    expect(kept).toMatchObject([{ kind: 'last' }])
    workers = [startRole('worker', environment)]
    await eventually(
      async () => ((await client.get<Job>(`/v1/jobs/${job}`)).state === 'succeeded' ? true : undefined),
      { withinMs: 300_000 },
    )
    const { data: events } = await service.store.events(job, { limit: 500, after: undefined })
    const started = events.filter(({ type }) => type === 'started').map(({ data }) => data as { startStep: number })
    expect(started.map(({ startStep }) => startStep)).toEqual([0, kept[0]!.step])
    expect((await client.get<SavedPolicy>('/v1/policies/survived')).policy).toHaveLength(4)
  })
})
