import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client } from '../../src/client/client.ts'
import type { Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../../test/helpers/archives.ts'
import { API_PORT, machineEnvironment } from '../../test/helpers/machine-environment.ts'
import { machinesOn, type Machine } from '../../test/helpers/machines.ts'
import { startS3 } from '../../test/helpers/s3-server.ts'
import { eventually, startService } from '../../test/helpers/service.ts'
import { printHeading, printTable, writeResult } from '../report.ts'
import { median, spread } from '../statistics.ts'

const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')
const SIDE = 160
const CLASSES = 4
const POLL_MS = 20
const READY_AFTER_MS = 20_000

/** From the submission to the first step on a worker that has none of the data, beside the time in which its link carries all of them. */
export async function coldStart({
  images,
  megabytesPerSecond,
  rounds,
}: {
  images: number
  megabytesPerSecond: number
  rounds: number
}): Promise<void> {
  printHeading(
    'The first step of a job on a worker whose cache is empty, its data set in S3',
    `${images} images of ${SIDE} px, a link of ${megabytesPerSecond} MB/s, ${rounds} rounds, each with a new worker`,
  )
  const service = await startService({ uploadBytes: 4e9 })
  const s3 = await startS3(join(service.folder, 's3'))
  const machines = machinesOn(service.folder)
  try {
    const environment = await machineEnvironment({ service, machines, s3 })
    const api = machines.add()
    api.start(process.execPath, [ANNEAL, 'api'], environment)
    const { secret } = await service.team()
    const client = new Client({ url: `http://${api.address}:${API_PORT}`, key: secret })
    await eventually(() => client.get('/v1/team'), { withinMs: 120_000 })
    const worker = (machine: Machine) => machine.start(process.execPath, [ANNEAL, 'worker'], environment)
    const ingesting = worker(machines.add())
    const zip = await writeZip(
      join(service.folder, 'data.zip'),
      classFolders(CLASSES, images / CLASSES, { side: SIDE }),
    )
    const { id: dataset } = await client.upload<Dataset>(zip, { name: 'photos' })
    await eventually(
      async () => (await client.get<Dataset>(`/v1/datasets/${dataset}`)).state === 'ready' || undefined,
      { withinMs: 1_200_000 },
    )
    const packedBytes = await shardBytes(join(service.folder, 's3'))
    ingesting.kill('SIGTERM')
    await eventually(async () => ingesting.exitCode !== null || undefined)
    const cold: number[] = []
    const warm: number[] = []
    for (let round = 0; round < rounds; round++) {
      const machine = machines.add()
      machine.limit(megabytesPerSecond * 1e6)
      const child = worker(machine)
      // The trainer that it keeps ready loads its engine.
      await setTimeout(READY_AFTER_MS)
      cold.push(await firstStep(client, dataset))
      warm.push(await firstStep(client, dataset))
      child.kill('SIGTERM')
      await eventually(async () => child.exitCode !== null || child.signalCode !== null || undefined)
    }
    const all = packedBytes / (megabytesPerSecond * 1e6)
    const row = (what: string, seconds: readonly number[]) => ({
      what,
      n: seconds.length,
      'median s': median(seconds).toFixed(2),
      spread: `${(100 * spread(seconds)).toFixed(0)} %`,
      'of the transfer of everything': (median(seconds) / all).toFixed(2),
    })
    const table = [row('first step, cold', cold), row('first step, with the data at hand', warm)]
    printTable(table)
    console.log(`\neverything: ${(packedBytes / 1e6).toFixed(0)} MB in ${all.toFixed(1)} s`)
    writeResult('scale-cold-start', { images, megabytesPerSecond, packedBytes, everythingSeconds: all, cold, warm })
  } finally {
    await machines.remove()
    await s3.stop()
    await service.stop()
  }
}

/** Of the shards of all data sets, as the server keeps them. */
async function shardBytes(folder: string): Promise<number> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.includes('/shards/'))
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function firstStep(client: Client, dataset: string): Promise<number> {
  const began = performance.now()
  const { id } = await client.post<Job>('/v1/jobs', {
    dataset,
    model: 'resnet20',
    batchSize: 64,
    budget: { epochs: 50 },
  })
  await eventually(
    async () => {
      const { state, progress, reason } = await client.get<Job>(`/v1/jobs/${id}`)
      if (state === 'failed') throw new Error(JSON.stringify(reason))
      return progress !== null && progress.step >= 1 ? true : undefined
    },
    { withinMs: 600_000, everyMs: POLL_MS },
  )
  const seconds = (performance.now() - began) / 1000
  await client.post(`/v1/jobs/${id}/cancel`)
  await eventually(async () => (await client.get<Job>(`/v1/jobs/${id}`)).state === 'canceled' || undefined)
  return seconds
}
