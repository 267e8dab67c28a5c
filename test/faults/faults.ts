import { statfs, truncate, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Rng } from '../../src/zoo/define.ts'
import { childrenOf, signal } from '../helpers/processes.ts'
import { freezePostgres, killPostgres, killRedis } from '../helpers/servers.ts'
import { Progressed } from '../helpers/progressed.ts'
import type { Installation, Role } from './installation.ts'
import type { Load } from './load.ts'

/** How long a fault waits for a process of the kind that it is for. */
const AIM_MS = 30_000

export interface Faulty {
  installation: Installation
  load: Load
  rng: Rng
}

/** @returns whether there was something to disturb */
type Fault = (context: Faulty) => Promise<boolean>

const between = (rng: Rng, low: number, high: number): number => low + rng.uniform() * (high - low)
export const oneOf = <T>(rng: Rng, items: readonly T[]): T | undefined =>
  items[Math.floor(rng.uniform() * items.length)]
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

/** A worker whose job has got further since it was disturbed. */
function busyWorker({ installation, load, rng }: Faulty): Promise<Role | undefined> {
  const progressed = progress.get(load) ?? new Progressed()
  progress.set(load, progressed)
  return aimed(async () => {
    const jobs = await load.jobs()
    progressed.note(jobs)
    const busy: Role[] = []
    for (const worker of installation.workers) {
      const id = await worker.job()
      if (progressed.has(jobs.find((job) => job.id === id))) busy.push(worker)
    }
    const chosen = oneOf(rng, busy)
    const id = await chosen?.job()
    const job = jobs.find((each) => each.id === id)
    if (job !== undefined) progressed.disturb(job)
    return chosen
  })
}

async function frozen(pids: readonly number[], ms: number): Promise<boolean> {
  signal(pids, 'SIGSTOP')
  await setTimeout(ms)
  signal(pids, 'SIGCONT')
  return pids.length > 0
}

/** Processes of a kind below API and workers, once work for them is on its way. */
async function helpers({ installation: { api, workers } }: Faulty, entry: string): Promise<number[]> {
  const found = await aimed(async () => {
    const pids = (await Promise.all([api, ...workers].map(({ pid }) => childrenOf(pid, entry)))).flat()
    return pids.length > 0 ? pids : undefined
  })
  return found ?? []
}

async function killed(pids: readonly number[]): Promise<boolean> {
  signal(pids, 'SIGKILL')
  return pids.length > 0
}

async function onBusyWorker(context: Faulty, act: (worker: Role) => Promise<unknown>): Promise<boolean> {
  const worker = await busyWorker(context)
  if (worker !== undefined) await act(worker)
  return worker !== undefined
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
  async 'kill an ingest'(context) {
    context.load.begin('upload')
    return killed(await helpers(context, 'dist/bin/ingest.js'))
  },
  async 'kill a predictor'(context) {
    context.load.begin('batch')
    return killed(await helpers(context, 'dist/bin/predictor.js'))
  },
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
  'freeze the API': ({ installation, rng }) => frozen([installation.api.pid], between(rng, 1000, 4000)),
  async 'freeze an ingest'(context) {
    context.load.begin('upload')
    return frozen(await helpers(context, 'dist/bin/ingest.js'), pastLease(context))
  },
  async 'freeze a predictor'(context) {
    context.load.begin('batch')
    return frozen(await helpers(context, 'dist/bin/predictor.js'), between(context.rng, 1000, 4000))
  },
  'freeze Redis': ({ installation, rng }) => frozen([installation.service.redis.pid ?? 0], between(rng, 1000, 4000)),
  async 'freeze PostgreSQL'({ installation, rng }) {
    await freezePostgres(installation.service, between(rng, 1500, 3000))
    return true
  },
  async 'flush Redis'({ installation }) {
    await installation.flushRedis()
    return true
  },
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
      const j = Math.floor(rng.uniform() * (i + 1))
      ;[round[i], round[j]] = [round[j]!, round[i]!]
    }
    drawn.push(...round)
  }
  return drawn.slice(0, count)
}
