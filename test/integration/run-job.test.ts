import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/service/ports/store.ts'
import type { TrainEvent } from '../../src/train/process/events.ts'
import type { Trainer } from '../../src/train/process/spawn.ts'
import type { TrainerTask } from '../../src/train/process/task.ts'
import { runJob } from '../../src/worker/run-job.ts'
import { startStore, type ServiceUnderTest, type StoreUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let store: Store
let teamId: string
let newJob: StoreUnderTest['newJob']
beforeAll(async () => {
  ;({ service, store, teamId, newJob } = await startStore())
})
afterAll(() => service.stop())

/** Runs a job once with a trainer that says what it is told to. */
async function attempt(id: string, say: (task: TrainerTask) => TrainEvent[] | Promise<TrainEvent[]>): Promise<void> {
  const claim = await store.claimJob(id, 60_000)
  if (claim === undefined) throw new Error('no claim')
  const trainer: Trainer = {
    pid: undefined,
    output: { listen: () => undefined, last: () => '', ended: Promise.resolve() },
    async *run(task) {
      yield* await say(task)
    },
    checkpointAndExit: () => undefined,
    stopEarly: () => undefined,
    kill: () => undefined,
  }
  await runJob(claim, {
    store,
    blobs: service.services.blobs,
    files: service.files,
    log: pino({ level: 'silent' }),
    leaseMs: 60_000,
    logs: { maxBytes: 1_000_000, secrets: [] },
    workDir: join(service.folder, 'work'),
    weights: { cacheDir: join(service.folder, 'cache'), endpoint: 'http://127.0.0.1:9' },
    trainer: () => trainer,
    shutdown: new AbortController().signal,
  })
}

const job = (id: string) => store.job(teamId, id)
const failure = (fields: Partial<Extract<TrainEvent, { type: 'failed' }>>): TrainEvent => ({
  type: 'failed',
  code: 'internal',
  fault: 'infra',
  retryable: true,
  detail: 'It broke.',
  ...fields,
})

describe('a job', () => {
  it('that reports what no database can hold fails after a few attempts, and holds up nobody', async () => {
    const id = await newJob()
    const unstorable: TrainEvent = { type: 'log', level: 'info', message: 'a\0b' }
    let attempts = 0
    for (let state = 'queued'; state === 'queued' && attempts < 20; state = (await job(id))?.state ?? 'gone') {
      await attempt(id, () => [unstorable])
      attempts++
    }
    expect(attempts).toBeLessThan(10)
    expect(await job(id)).toMatchObject({ state: 'failed', reason: { code: 'internal', fault: 'infra' } })
  })

  it('whose reason no database can hold ends with what can be held of it', async () => {
    const id = await newJob()
    const detail = `a\0b\ud800 ${service.folder}/work/${id}/x ${'long '.repeat(1000)}`
    await attempt(id, () => [failure({ code: 'invalid_spec', fault: 'user', retryable: false, detail })])
    const { state, reason } = (await job(id)) ?? {}
    expect([state, reason?.code, reason?.fault]).toEqual(['failed', 'invalid_spec', 'user'])
    expect(reason?.detail).toMatch(/^a\ufffdb\ufffd …/)
    expect(reason?.detail).not.toContain(service.folder)
    expect(reason?.detail.length).toBeLessThan(2100)
  })

  it('waits in the queue after a failure that was not its own, and says for what', async () => {
    const id = await newJob()
    const before = Date.now()
    await attempt(id, () => [failure({ code: 'weights_unavailable', detail: 'The hub is away.' })])
    const { state, reason, notBefore } = (await job(id)) ?? {}
    expect([state, reason?.code]).toEqual(['queued', 'weights_unavailable'])
    expect(reason?.detail).toMatch(/^The hub is away\. .*tried again/)
    expect(Date.parse(notBefore ?? '') - before).toBeGreaterThan(3000)
  })

  it('is not tried again for a mistake of its own', async () => {
    const mistaken = await newJob()
    await attempt(mistaken, () => [failure({ code: 'weights_unavailable', fault: 'user', retryable: false })])
    expect(await job(mistaken)).toMatchObject({ state: 'failed', attempt: 1 })
  })

  it('is tried once with smaller micro-batches where memory ran out, and then fails', async () => {
    const spec = { batchSize: 32, optimizer: { name: 'sgd', accumulation: 2 }, image: {}, model: {} }
    const accumulations: unknown[] = []
    const dies = ({ spec: given }: TrainerTask): TrainEvent[] => {
      accumulations.push((given as { optimizer?: { accumulation: number } }).optimizer?.accumulation)
      return [failure({ code: 'out_of_memory', fault: 'capacity', detail: 'Memory ran out.' })]
    }
    const id = await newJob(spec)
    await attempt(id, dies)
    const { state, reason } = (await job(id)) ?? {}
    expect([state, reason?.detail]).toEqual(['queued', expect.stringMatching(/2 times the gradient accumulation/)])
    await attempt(id, dies)
    expect(await job(id)).toMatchObject({ state: 'failed', attempt: 2, reason: { fault: 'capacity' } })
    expect(accumulations).toEqual([2, 4])
    expect((await store.attempts(id, { limit: 10 })).data.map(({ accumulationFactor }) => accumulationFactor)).toEqual([
      2, 1,
    ])
    await store.requestJobAction(teamId, id, 'retry')
    await attempt(id, dies)
    expect([accumulations.at(-1), (await job(id))?.state]).toEqual([2, 'queued'])

    const smallest = await newJob({ ...spec, batchSize: 4 })
    await attempt(smallest, dies)
    expect(await job(smallest)).toMatchObject({ state: 'failed', attempt: 1, reason: { fault: 'capacity' } })
  })

  it('is resumed from the checkpoint before a damaged one, with an event, and from the start without any', async () => {
    const id = await newJob()
    const write = async ({ outDir }: TrainerTask, step: number): Promise<TrainEvent> => {
      const path = join(outDir, 'written', `${step}.safetensors`)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, `weights of step ${step}`)
      const sha256 = createHash('sha256').update(`weights of step ${step}`).digest('hex')
      return { type: 'checkpoint', kind: 'last', step, path, sizeBytes: 17, sha256, metrics: {} }
    }
    const restored: (string | undefined)[] = []
    const resume = async ({ outDir }: TrainerTask): Promise<TrainEvent[]> => {
      const path = join(outDir, 'checkpoints', 'last.safetensors')
      restored.push(await readFile(path, 'utf8').catch(() => undefined))
      return [failure({ code: 'trainer_crashed' })]
    }
    const spoil = async (step: number): Promise<void> => {
      const [kept] = (await store.checkpoints(id)).filter((checkpoint) => checkpoint.step === step)
      const row = await store.checkpoint(teamId, kept?.id ?? '')
      await writeFile(service.blobPath(row?.blobKey ?? ''), `weights of stop ${step}`)
    }
    await attempt(id, async (task) => [await write(task, 5), failure({})])
    await resumed()
    await spoil(5)
    await attempt(id, async (task) => [await write(task, 9), failure({})])
    await spoil(9)
    await resumed()
    await attempt(id, async (task) => [await write(task, 7), await write(task, 8), failure({})])
    await spoil(8)
    await resumed()
    expect(restored).toEqual(['weights of step 5', undefined, 'weights of step 7'])
    const events = (await store.events(id, { limit: 100 })).data.filter(({ type }) => type === 'checkpoint_damaged')
    const steps = events.map(({ data }) => (data as { step: number }).step)
    expect(new Set(steps)).toEqual(new Set([5, 8, 9]))

    async function resumed(): Promise<void> {
      await store.requestJobAction(teamId, id, 'pause')
      await store.requestJobAction(teamId, id, 'resume')
      await attempt(id, resume)
    }
  })
})
