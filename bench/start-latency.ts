import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '../src/embedded/processes.ts'
import { Client } from '../src/client/client.ts'
import type { Dataset, Job } from '../src/service/resources.ts'
import { classFolders, temporaryFolder, writeZip } from '../test/helpers/archives.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { median, quantile } from './statistics.ts'

const TARGET_MS = 1500
const POLL_MS = 5
const GIVE_UP_MS = 60_000
const SPEC = { model: 'resnet20', batchSize: 128, budget: { epochs: 50 } }

const { values: options } = parseArgs({
  options: {
    jobs: { type: 'string', default: '15' },
    /** Seconds that the worker is left alone between two jobs. */
    idle: { type: 'string', default: '4' },
  },
})

interface Start {
  acceptedMs: number
  startingMs: number
  firstStepMs: number
}

async function until<T>(read: () => Promise<T | undefined>, everyMs: number): Promise<T> {
  const deadline = performance.now() + GIVE_UP_MS
  for (;;) {
    const value = await read()
    if (value !== undefined) return value
    if (performance.now() > deadline) throw new Error('It did not happen within a minute.')
    await setTimeout(everyMs)
  }
}

/** Milliseconds from just before the POST, as the client sees them over HTTP. */
async function timeStart(client: Client, dataset: string): Promise<{ id: string; start: Start }> {
  const sentAt = performance.now()
  const { id } = await client.post<Job>('/v1/jobs', { ...SPEC, dataset })
  const acceptedMs = performance.now() - sentAt
  let startingMs: number | undefined
  await until(async () => {
    const { state, progress, reason } = await client.get<Job>(`/v1/jobs/${id}`)
    if (state === 'failed') throw new Error(`The job failed: ${reason?.detail ?? ''}`)
    if (state !== 'queued') startingMs ??= performance.now() - sentAt
    return progress !== null && progress.step >= 1 ? true : undefined
  }, POLL_MS)
  const firstStepMs = performance.now() - sentAt
  return { id, start: { acceptedMs, startingMs: startingMs ?? firstStepMs, firstStepMs } }
}

async function cancelAndRest(client: Client, id: string, restMs: number): Promise<void> {
  await client.post(`/v1/jobs/${id}/cancel`)
  await until(async () => {
    const { state } = await client.get<Job>(`/v1/jobs/${id}`)
    return state === 'canceled' || undefined
  }, 100)
  await setTimeout(restMs)
}

/** Most memory that a process has held at once, by what it is: its descendants too. */
async function peaks(pid: number, found: Record<string, number> = {}): Promise<Record<string, number>> {
  const [command, status, children] = await Promise.all(
    [`cmdline`, `status`, `task/${pid}/children`].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
  ).catch(() => ['', '', ''])
  const role = ['trainer.js', 'worker', 'serve'].find((part) => command?.includes(part))
  const bytes = Number(/VmHWM:\s+(\d+) kB/.exec(status ?? '')?.[1] ?? 0) * 1024
  if (role !== undefined) found[role] = Math.max(found[role] ?? 0, bytes)
  for (const child of (children ?? '').split(' ').filter(Boolean)) await peaks(Number(child), found)
  return found
}

async function startService(home: string): Promise<{ service: ChildProcess; client: Client }> {
  const port = await freePort()
  const service = fork(createRequire(import.meta.url).resolve('#dist/bin/anneal.js'), ['serve'], {
    env: { ...process.env, ANNEAL_HOME: home, ANNEAL_PORT: String(port), ANNEAL_LOG_LEVEL: 'silent' },
    stdio: 'ignore',
  })
  const credentials = await until(
    () =>
      readFile(join(home, 'credentials.json'), 'utf8').then(
        (text) => JSON.parse(text) as { url: string; key: string },
        () => undefined,
      ),
    50,
  )
  return { service, client: new Client(credentials) }
}

const [loadBefore = 0] = loadavg()
const folder = await temporaryFolder()
const { service, client } = await startService(join(folder.path, 'home'))
try {
  printHeading(
    'From POST /v1/jobs to the first training step on an idle worker',
    `n = ${options.jobs}, load before ${loadBefore.toFixed(1)}`,
  )
  const zip = await writeZip(join(folder.path, 'data.zip'), classFolders(10, 256, { side: 28 }))
  const { id: datasetId } = await client.upload<Dataset>(zip, { name: 'start latency' })
  await until(async () => {
    const { state, reason } = await client.get<Dataset>(`/v1/datasets/${datasetId}`)
    if (state === 'failed') throw new Error(`The ingest failed: ${reason?.detail ?? ''}`)
    return state === 'ready' || undefined
  }, 100)
  const restMs = Number(options.idle) * 1000
  await setTimeout(restMs)

  const starts: Start[] = []
  const peakBytes: Record<string, number> = {}
  for (let i = 0; i < Number(options.jobs); i++) {
    const { id, start } = await timeStart(client, datasetId)
    starts.push(start)
    for (const [role, bytes] of Object.entries(await peaks(service.pid ?? 0)))
      peakBytes[role] = Math.max(peakBytes[role] ?? 0, bytes)
    await cancelAndRest(client, id, restMs)
  }

  const row = (name: string, values: readonly number[]) => ({
    until: name,
    'median ms': median(values).toFixed(0),
    fastest: Math.min(...values).toFixed(0),
    p90: quantile(values, 0.9).toFixed(0),
    slowest: Math.max(...values).toFixed(0),
  })
  printTable([
    row(
      '202 Accepted',
      starts.map(({ acceptedMs }) => acceptedMs),
    ),
    row(
      'a worker has claimed it',
      starts.map(({ startingMs }) => startingMs),
    ),
    row(
      'first training step',
      starts.map(({ firstStepMs }) => firstStepMs),
    ),
  ])
  for (const [role, bytes] of Object.entries(peakBytes))
    console.log(`peak memory, ${role.replace('.js', '')}: ${(bytes / 2 ** 20).toFixed(0)} MiB`)
  const medianMs = median(starts.map(({ firstStepMs }) => firstStepMs))
  writeResult('start-latency', { targetMs: TARGET_MS, medianMs, loadBefore, jobs: starts, peakBytes, spec: SPEC })
  if (medianMs >= TARGET_MS) {
    console.error(`The median is ${medianMs.toFixed(0)} ms; less than ${TARGET_MS} ms is wanted.`)
    process.exitCode = 1
  }
} finally {
  service.kill('SIGTERM')
  if (service.exitCode === null && service.signalCode === null) await once(service, 'exit')
  await folder.remove()
}
