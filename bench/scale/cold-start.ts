import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { openBlobs } from '../../src/blobs/open.ts'
import { Client } from '../../src/client/client.ts'
import { ingest } from '../../src/data/ingest.ts'
import { versionId } from '../../src/service/dataset-ref.ts'
import { newId } from '../../src/service/ids.ts'
import type { Job } from '../../src/service/resources.ts'
import { API_PORT, machineEnvironment } from '../../test/helpers/machine-environment.ts'
import { machinesOn } from '../../test/helpers/machines.ts'
import { BUCKET, startS3 } from '../../test/helpers/s3-server.ts'
import { eventually, startService, type ServiceUnderTest } from '../../test/helpers/service.ts'
import { printHeading, printStep, printTable, writeResult } from '../report.ts'
import { median, spread } from '../statistics.ts'
import { writeGreyImages } from './grey-images.ts'
import { settled } from './processor-time.ts'

const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')
const SIDE = 160
const CLASSES = 4
const POLL_MS = 20
const LEASE_MS = 600_000

interface ColdStart {
  images: number
  shardMegabytes: number
  batchSize: number
  megabytesPerSecond: number
  rounds: number
}

interface Times {
  /** Until the first step, seconds after the submission. */
  cold: number[]
  /** Until the worker has all shards, seconds after the same submission. */
  everything: number[]
  /** Until the first step of the next job. */
  warm: number[]
}

/**
 * From the submission to the first step on a worker that has none of the data, and until it has all of them. Each shard is a fraction of the
 * data set as small as one of the usual size is of a large data set: what counts is how many of them the first batches need.
 */
export async function coldStart(options: ColdStart): Promise<void> {
  const { images, shardMegabytes, batchSize, megabytesPerSecond, rounds } = options
  printHeading(
    'The first step of a job on a worker whose cache is empty, its data set in S3',
    `${images} images of ${SIDE} px in shards of ${shardMegabytes} MB, batches of ${batchSize}, a link of ${megabytesPerSecond} MB/s, ${rounds} rounds, each with a new worker`,
  )
  const service = await startService()
  const s3 = await startS3(join(service.folder, 's3'))
  const machines = machinesOn(service.folder)
  try {
    const environment = await machineEnvironment({ service, machines, s3 })
    const { id: teamId, secret } = await service.team()
    const { dataset, bytes, shards } = await packedDataset(service, s3.location, { ...options, teamId })
    const api = machines.add()
    api.start(process.execPath, [ANNEAL, 'api'], environment)
    const client = new Client({ url: `http://${api.address}:${API_PORT}`, key: secret })
    await eventually(() => client.get('/v1/team'), { withinMs: 120_000 })
    const times: Times = { cold: [], everything: [], warm: [] }
    for (let round = 1; round <= rounds; round++) {
      printStep(`round ${round} of ${rounds}: a new worker loads its engine`)
      const machine = machines.add()
      machine.limit(megabytesPerSecond * 1e6)
      const child = machine.start(process.execPath, [ANNEAL, 'worker'], environment)
      const cache = join(`/proc/${child.pid}/root`, environment['ANNEAL_HOME']!, 'cache', 'blobs')
      await oneRound(client, times, {
        dataset,
        batchSize,
        arrived: async () => (await bytesUnder(cache)) >= bytes,
        isReady: () => settled(child.pid!),
      })
      child.kill('SIGTERM')
      await eventually(async () => child.exitCode !== null || child.signalCode !== null || undefined)
    }
    report(times, { ...options, bytes, shards })
  } finally {
    await machines.remove()
    await s3.stop()
    await service.stop()
  }
}

function report(
  { cold, everything, warm }: Times,
  { bytes, shards, ...options }: ColdStart & { bytes: number; shards: number },
): void {
  const link = bytes / (options.megabytesPerSecond * 1e6)
  const row = (what: string, seconds: readonly number[]) => ({
    what,
    n: seconds.length,
    'median s': median(seconds).toFixed(2),
    spread: `${(100 * spread(seconds)).toFixed(0)} %`,
    'of the time for everything': (median(seconds) / median(everything)).toFixed(2),
  })
  printTable([
    row('first step, cold', cold),
    row('all shards there', everything),
    row('first step, with the data at hand', warm),
  ])
  console.log(
    `\n${(bytes / 1e6).toFixed(0)} MB in ${shards} shards; the link alone takes ${link.toFixed(1)} s for them`,
  )
  writeResult('scale-cold-start', { ...options, bytes, shards, linkSeconds: link, cold, everything, warm })
}

/** A data set in the bucket, as a worker would have made it. */
async function packedDataset(
  { store, folder }: ServiceUnderTest,
  location: Awaited<ReturnType<typeof startS3>>['location'],
  { images, shardMegabytes, teamId }: ColdStart & { teamId: string },
): Promise<{ dataset: string; bytes: number; shards: number }> {
  printStep(`making ${images} images`)
  const zip = await writeGreyImages(join(folder, 'data.zip'), { classes: CLASSES, images, side: SIDE })
  printStep('packing them')
  const [id, packed] = [newId('ds', Date.now()), join(folder, 'packed')]
  const result = await ingest(zip, packed, { shardBytes: shardMegabytes * 1e6 })
  printStep('sending them to the bucket')
  const blobs = await openBlobs({ blobUrl: `s3://${BUCKET}/anneal`, blobS3: location })
  const { version } = await store.createDataset(teamId, { id, name: 'grey', sizeBytes: 1, uploadKey: 'uploads/grey' })
  const packedKey = `datasets/${versionId(id, version)}`
  await blobs.adopt(packedKey, packed)
  await blobs.close()
  const claim = await store.claimDataset(versionId(id, version), LEASE_MS)
  await store.finishDataset(versionId(id, version), claim?.token ?? 0, { ...result, packedKey })
  const shards = result.manifest.shards ?? []
  return { dataset: id, bytes: shards.reduce((sum, shard) => sum + shard.bytes, 0), shards: shards.length }
}

interface Round {
  dataset: string
  batchSize: number
  /** Whether the worker has all shards. */
  arrived: () => Promise<boolean>
  /** Once the worker's next trainer has loaded its engine. */
  isReady: () => Promise<void>
}

/** Two jobs, the second after all shards have come during the first. */
async function oneRound(client: Client, times: Times, { dataset, batchSize, arrived, isReady }: Round): Promise<void> {
  const submit = (): Promise<Job> =>
    client.post<Job>('/v1/jobs', {
      dataset,
      model: 'resnet20',
      image: { size: 32 },
      batchSize,
      budget: { minutes: 10 },
    })
  const patient = { withinMs: 300_000, everyMs: POLL_MS }
  const since = (began: number): number => (performance.now() - began) / 1000
  await isReady()
  printStep('a job on the cold worker')
  let began = performance.now()
  const { id } = await submit()
  await eventually(() => hasStepped(client, id), patient)
  times.cold.push(since(began))
  await eventually(async () => (await arrived()) || undefined, patient)
  times.everything.push(since(began))
  printStep(
    `first step after ${times.cold.at(-1)!.toFixed(2)} s, all shards after ${times.everything.at(-1)!.toFixed(2)} s`,
  )
  await canceled(client, id)
  await isReady()
  began = performance.now()
  const next = await submit()
  await eventually(() => hasStepped(client, next.id), patient)
  times.warm.push(since(began))
  printStep(`first step with the data at hand after ${times.warm.at(-1)!.toFixed(2)} s`)
  await canceled(client, next.id)
}

async function hasStepped(client: Client, id: string): Promise<true | undefined> {
  const { progress } = await client.get<Job>(`/v1/jobs/${id}`)
  return progress !== null && progress.step >= 1 ? true : undefined
}

async function canceled(client: Client, id: string): Promise<void> {
  await client.post(`/v1/jobs/${id}/cancel`)
  await eventually(async () => (await client.get<Job>(`/v1/jobs/${id}`)).state === 'canceled' || undefined)
}

/** Of the files of a cache, whole or not. */
async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
