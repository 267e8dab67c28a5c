import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Dataset, Job } from '../../src/service/resources.ts'
import { rngFor } from '../../src/zoo/rng.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { Cluster } from '../helpers/cluster.ts'
import {
  query,
  violationsOf,
  watchBlobs,
  weightsOf,
  type BlobWatch,
  type CheckpointRow,
} from '../helpers/invariants.ts'
import { Progressed } from '../helpers/progressed.ts'
import { eventually } from '../helpers/service.ts'

const SEED = Number(process.env['ANNEAL_FAULT_SEED'] ?? 14)
const LEASE_MS = 4000
const WORKERS = 2
/** Jobs that have not ended, so that every fault meets work. */
const JOBS_UNDER_WAY = 3
const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 16 },
  augment: ['random-crop'],
  schedule: { name: 'linear', learningRate: 0.05 },
}

/** What happens, and how often: 30 faults. */
const FAULTS = {
  'kill the API': 4,
  'kill a worker': 4,
  'kill a trainer': 4,
  'kill an ingest': 2,
  'kill PostgreSQL': 3,
  'kill Redis': 4,
  'freeze a worker past its lease': 3,
  'freeze PostgreSQL': 3,
  'damage a checkpoint and kill its worker': 3,
}
type Fault = keyof typeof FAULTS

const rng = rngFor(SEED)
const between = (low: number, high: number): number => low + rng.uniform() * (high - low)

let cluster: Cluster
let watch: BlobWatch
let dataset: string
let zip: string
/** A job that has ended before the first fault. */
let undisturbed: string
const submitted: string[] = []
const uploads: string[] = []
const damaged = new Set<string>()
const damages: { jobId: string; kind: string; step: number }[] = []

beforeAll(async () => {
  cluster = await Cluster.start({ workers: WORKERS, leaseMs: LEASE_MS })
  zip = await writeZip(join(cluster.service.folder, 'data.zip'), classFolders(3, 100))
  dataset = await upload()
  await ready(dataset)
  undisturbed = await submit()
  await everyJobIsOver()
  watch = watchBlobs(cluster.service.database.url, (key) => readFile(join(cluster.blobFolder, key)), damaged)
})
afterAll(async () => {
  await watch?.stop()
  await cluster?.stop()
})

async function upload(): Promise<string> {
  const { id } = await eventually(() => cluster.client.upload<Dataset>(zip, { name: `shapes ${uploads.length}` }))
  uploads.push(id)
  return id
}

const ready = (id: string): Promise<Dataset> =>
  eventually(async () => {
    const found = await cluster.client.get<Dataset>(`/v1/datasets/${id}`)
    return found.state === 'ingesting' ? undefined : found
  })

/** The newest of all jobs of the team, also those whose submission was answered by a process that died. */
const jobs = (): Promise<Job[]> =>
  eventually(async () => (await cluster.client.get<{ data: Job[] }>('/v1/jobs?limit=100')).data)

const isOver = ({ state }: Job): boolean => ['succeeded', 'failed', 'canceled', 'stopped'].includes(state)

async function submit(): Promise<string> {
  const name = `job ${submitted.length}`
  const { id } = await eventually(() => cluster.client.post<Job>('/v1/jobs', { ...SPEC, name, dataset }))
  submitted.push(id)
  return id
}

async function keepBusy(): Promise<void> {
  for (let open = (await jobs()).filter((job) => !isOver(job)).length; open < JOBS_UNDER_WAY; open++) await submit()
}

async function everyJobIsOver(): Promise<void> {
  await eventually(async () => ((await jobs()).every(isOver) ? true : undefined), { withinMs: 240_000, everyMs: 500 })
}

const progressed = new Progressed()

/** A worker whose job has got further since it was disturbed, and has a checkpoint. */
async function busyWorker(): Promise<{ worker: number; jobId: string }> {
  return eventually(
    async () => {
      const known = await jobs()
      progressed.note(known)
      const candidates: { worker: number; jobId: string }[] = []
      for (let worker = 0; worker < WORKERS; worker++) {
        const jobId = await cluster.jobOf(worker)
        if (progressed.has(known.find(({ id }) => id === jobId))) candidates.push({ worker, jobId: jobId! })
      }
      const chosen = candidates[Math.floor(between(0, candidates.length))]
      if (chosen !== undefined) progressed.disturb(known.find(({ id }) => id === chosen.jobId)!)
      return chosen
    },
    { withinMs: 120_000 },
  )
}

/** Flips one bit of the newest checkpoint `last` of a job that no worker has at the moment. */
async function damage(jobId: string): Promise<void> {
  await setTimeout(300)
  const [row] = await query<CheckpointRow>(
    cluster.service.database.url,
    `SELECT * FROM "Checkpoint" WHERE "jobId" = $1 AND "kind" = 'last' AND "supersededAt" IS NULL`,
    [jobId],
  )
  if (row === undefined) throw new Error(`job ${jobId} has no checkpoint`)
  damaged.add(row.blobKey)
  damages.push({ jobId, kind: row.kind, step: row.step })
  const path = join(cluster.blobFolder, row.blobKey)
  const bytes = await readFile(path)
  const place = Math.floor(between(bytes.length / 2, bytes.length))
  bytes[place] = (bytes[place] ?? 0) ^ 1
  await writeFile(path, bytes)
}

async function killIngest(): Promise<void> {
  for (;;) {
    const id = await upload()
    for (let state = 'ingesting'; state === 'ingesting'; state = await stateOf(id))
      if (await cluster.killIngest()) return
  }
}

const stateOf = (id: string): Promise<string> =>
  eventually(async () => (await cluster.client.get<Dataset>(`/v1/datasets/${id}`)).state)

const inject: Record<Fault, () => Promise<void>> = {
  'kill the API': () => cluster.killApi(),
  'kill a worker': async () => cluster.killWorker((await busyWorker()).worker),
  'kill a trainer': async () => cluster.killTrainer((await busyWorker()).worker),
  'kill an ingest': killIngest,
  'kill PostgreSQL': () => cluster.killPostgres(),
  'kill Redis': () => cluster.killRedis(),
  'freeze a worker past its lease': async () => cluster.freezeWorker((await busyWorker()).worker),
  'freeze PostgreSQL': () => cluster.freezePostgres(between(1500, 3000)),
  async 'damage a checkpoint and kill its worker'() {
    const { worker, jobId } = await busyWorker()
    await cluster.killWorker(worker, () => damage(jobId))
  },
}

function shuffled(): Fault[] {
  const order = (Object.keys(FAULTS) as Fault[]).flatMap((fault) => Array.from({ length: FAULTS[fault] }, () => fault))
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(between(0, i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

it(`after 30 faults (seed ${SEED}) every job has one end, whole metrics and the weights of an undisturbed one, and every blob was always its row's`, async () => {
  await keepBusy()
  const done: string[] = []
  for (const fault of shuffled()) {
    await keepBusy()
    const from = performance.now()
    await inject[fault]()
    done.push(`${fault} (${Math.round(performance.now() - from)} ms)`)
    await setTimeout(between(100, 700))
  }
  expect(done).toHaveLength(30)
  await everyJobIsOver()
  for (const id of uploads) expect(await ready(id)).toMatchObject({ state: 'ready', reason: null })
  await watch.stop()

  const ended = await jobs()
  expect(ended.filter(({ attempt }) => attempt > 1).length).toBeGreaterThan(3)
  const all = ended.map(({ id }) => id)
  expect(all).toEqual(expect.arrayContaining(submitted))
  const url = cluster.service.database.url
  const violations = (await Promise.all(all.map((id) => violationsOf(url, id)))).flat()
  expect([...watch.violations, ...violations], done.join('\n')).toEqual([])
  expect(watch.compared).toBeGreaterThan(100)
  for (const { jobId, kind, step } of damages) {
    const events = await query<{ data: unknown }>(
      url,
      `SELECT "data" FROM "Event" WHERE "jobId" = $1 AND "type" = 'checkpoint_damaged'`,
      [jobId],
    )
    expect(events.map(({ data }) => data)).toContainEqual(expect.objectContaining({ kind, step }))
  }
  // The specs are the same, and what they train on one thread is the same to the bit: none has lost or repeated a step.
  const weights = await Promise.all(
    [undisturbed, ...all].map((id) => weightsOf(url, (key) => join(cluster.blobFolder, key), { jobId: id })),
  )
  expect(new Set(weights).size).toBe(1)
  expect(ended.find(({ id }) => id === undisturbed)).toMatchObject({ state: 'succeeded', attempt: 1 })
}, 900_000)
