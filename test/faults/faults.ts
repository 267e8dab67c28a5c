import { open, rm, statfs, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import type { Job } from '../../src/service/resources.ts'
import type { Rng } from '../../src/zoo/define.ts'
import { query, type CheckpointRow } from '../helpers/invariants.ts'
import { childrenOf, signal } from '../helpers/processes.ts'
import { freezePostgres, killPostgres, killRedis } from '../helpers/servers.ts'
import { Progressed } from '../helpers/progressed.ts'
import type { Installation, Role } from './installation.ts'
import type { Activity, Load } from './load.ts'

/** How long a fault waits for a process of the kind that it is for, on a busy machine too. */
const AIM_MS = 180_000

export interface Faulty {
  installation: Installation
  load: Load
  rng: Rng
}

/** @returns whether there was something to disturb */
type Fault = (context: Faulty) => Promise<boolean>

const between = (rng: Rng, low: number, high: number): number => low + rng.uniform() * (high - low)
const oneOf = <T>(rng: Rng, items: readonly T[]): T | undefined => items[rng.integer(items.length)]
const away = ({ rng }: Faulty): Promise<void> => setTimeout(between(rng, 200, 1500))

async function aimed<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  const until = performance.now() + AIM_MS
  while (performance.now() < until) {
    const found = await read()
    if (found !== undefined) return found
    await setTimeout(50)
  }
  return undefined
}

const progress = new WeakMap<Load, Progressed>()

/** A worker, with its job, which has got further since it was disturbed. */
function busyWorker({ installation, load, rng }: Faulty): Promise<{ worker: Role; jobId: string } | undefined> {
  const progressed = progress.get(load) ?? new Progressed()
  progress.set(load, progressed)
  return aimed(async () => {
    const jobs = await load.openJobs()
    // All may have ended since the last fault.
    if (jobs.length === 0) await load.fillUp()
    progressed.note(jobs)
    const busy: { worker: Role; job: Job }[] = []
    for (const worker of installation.workers) {
      const id = await worker.job()
      const job = jobs.find((each) => each.id === id)
      if (job !== undefined && progressed.has(job)) busy.push({ worker, job })
    }
    const chosen = oneOf(rng, busy)
    if (chosen === undefined) return undefined
    progressed.disturb(chosen.job)
    return { worker: chosen.worker, jobId: chosen.job.id }
  })
}

async function frozen(pids: readonly number[], ms: number): Promise<boolean> {
  signal(pids, 'SIGSTOP')
  await setTimeout(ms)
  signal(pids, 'SIGCONT')
  return pids.length > 0
}

/** Processes of a kind below API and workers, which do work that is begun until one is found. */
async function helpers(
  { installation: { api, workers }, load }: Faulty,
  work: Activity,
  entry: string,
): Promise<number[]> {
  let isUnderWay = false
  const found = await aimed(async () => {
    if (!isUnderWay) {
      isUnderWay = true
      void load.begin(work).then(() => (isUnderWay = false))
    }
    const pids = (await Promise.all([api, ...workers].map(({ pid }) => childrenOf(pid, entry)))).flat()
    return pids.length > 0 ? pids : undefined
  })
  return found ?? []
}

async function killed(pids: readonly number[]): Promise<boolean> {
  signal(pids, 'SIGKILL')
  return pids.length > 0
}

async function onBusyWorker(context: Faulty, act: (worker: Role, jobId: string) => Promise<unknown>): Promise<boolean> {
  const busy = await busyWorker(context)
  if (busy !== undefined) await act(busy.worker, busy.jobId)
  return busy !== undefined
}

async function filled({ disk }: Role, ms: number): Promise<void> {
  const path = join(disk, 'filled')
  const file = await open(path, 'w')
  try {
    const { bavail, bsize } = await statfs(disk)
    const block = Buffer.alloc(1_000_000)
    for (let left = bavail * bsize; left > 0; left -= block.length) await file.write(block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    await setTimeout(ms)
    await truncate(path)
    await file.close()
    await rm(path)
  }
}

async function cut({ machine }: Role, ms: number): Promise<void> {
  machine.disconnect()
  await setTimeout(ms)
  machine.reconnect()
}

/** Flips one bit of the checkpoint from which a job would resume. */
async function damage({ installation: { service, blob, blobs }, load, rng }: Faulty, jobId: string): Promise<void> {
  const [row] = await query<CheckpointRow>(
    service.database.url,
    `SELECT * FROM "Checkpoint" WHERE "jobId" = $1 AND "kind" = 'last' AND "supersededAt" IS NULL`,
    [jobId],
  )
  if (row === undefined) throw new Error(`${jobId} has no checkpoint.`)
  const bytes = await blob(row.blobKey)
  const place = Math.floor(between(rng, bytes.length / 2, bytes.length))
  bytes[place] = (bytes[place] ?? 0) ^ 1
  load.damaged.set(row.blobKey, row)
  await blobs.write(row.blobKey, Readable.from([bytes]))
}

const trainers = (worker: Role): Promise<number[]> => childrenOf(worker.pid, 'dist/bin/trainer.js')
const pastLease = ({ installation: { leaseMs } }: Faulty): number => leaseMs * 1.5

/** What can happen. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'kill a worker': (context) => onBusyWorker(context, (worker) => worker.kill(() => away(context))),
  'kill a trainer': (context) => onBusyWorker(context, async (worker) => killed(await trainers(worker))),
  async 'kill the API'(context) {
    await context.installation.api.kill(() => away(context))
    return true
  },
  'kill an ingest': async (context) => killed(await helpers(context, 'upload', 'dist/bin/ingest.js')),
  'kill a predictor': async (context) => killed(await helpers(context, 'batch', 'dist/bin/predictor.js')),
  async 'kill Redis'({ installation }) {
    await killRedis(installation.service)
    return true
  },
  async 'kill PostgreSQL'({ installation }) {
    await killPostgres(installation.service)
    return true
  },
  'freeze a worker past its lease': (context) =>
    onBusyWorker(context, (worker) => frozen([worker.pid], pastLease(context))),
  'freeze a trainer past the lease': (context) =>
    onBusyWorker(context, async (worker) => frozen(await trainers(worker), pastLease(context))),
  'freeze the API past the lease': (context) => frozen([context.installation.api.pid], pastLease(context)),
  'freeze an ingest past the lease': async (context) =>
    frozen(await helpers(context, 'upload', 'dist/bin/ingest.js'), pastLease(context)),
  'freeze a predictor past the lease': async (context) =>
    frozen(await helpers(context, 'batch', 'dist/bin/predictor.js'), pastLease(context)),
  'freeze Redis past the lease': (context) => frozen([context.installation.service.redis.pid ?? 0], pastLease(context)),
  async 'freeze PostgreSQL past the lease'(context) {
    await freezePostgres(context.installation.service, pastLease(context))
    return true
  },
  async 'flush Redis'({ installation }) {
    await installation.flushRedis()
    return true
  },
  // Its own copy of the checkpoint is lost with its disk.
  'damage a checkpoint and replace its worker': (context) =>
    onBusyWorker(context, (worker, jobId) =>
      worker.kill(async () => {
        await setTimeout(300)
        await worker.loseDisk()
        await damage(context, jobId)
      }),
    ),
  'fill the disk of a worker': (context) => onBusyWorker(context, (worker) => filled(worker, 3000)),
  'cut a worker off past its lease': (context) => onBusyWorker(context, (worker) => cut(worker, pastLease(context))),
  async 'cut the API off'({ installation, rng }) {
    await cut(installation.api, between(rng, 1000, 4000))
    return true
  },
  'slow the network of a worker': (context) =>
    onBusyWorker(context, async ({ machine }) => {
      machine.slow(between(context.rng, 50, 200))
      await setTimeout(5000)
      machine.slow(0)
    }),
  'move the clock of a worker': (context) =>
    onBusyWorker(context, async (worker) => {
      const hours = between(context.rng, -2, 2)
      await worker.setClock(Math.round(hours * 3_600_000))
      await setTimeout(4000)
      await worker.setClock(0)
    }),
}

/** As many of each kind as of the others, in the order that the generator gives. */
export function drawFaults(count: number, rng: Rng): string[] {
  const drawn: string[] = []
  while (drawn.length < count) {
    const round = Object.keys(FAULTS)
    for (let i = round.length - 1; i > 0; i--) {
      const j = rng.integer(i + 1)
      ;[round[i], round[j]] = [round[j]!, round[i]!]
    }
    drawn.push(...round)
  }
  return drawn.slice(0, count)
}
