import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ApiKey, Dataset, Job } from '../../src/service/resources.ts'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { operationsOf, requests, type Material } from '../helpers/fuzz.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

/** `npm run fuzz` sends 50,000. */
const REQUESTS = Number(process.env['ANNEAL_FUZZ_REQUESTS'] ?? 2000)
const SEED = Number(process.env['ANNEAL_FUZZ_SEED'] ?? 20261228)
const BATCH = 250
const MAX_ANSWER_MS = 2000
const MAX_HEAP_GROWTH = 100_000_000

type Team = Awaited<ReturnType<ServiceUnderTest['team']>>

let service: ServiceUnderTest
let zip: Buffer
beforeAll(async () => {
  service = await startService()
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 8)))
})
afterAll(() => service.stop())

/** What a team owns; every name of it holds the marker. */
async function owned(team: Team, marker: string): Promise<{ dataset: Dataset; ids: string[] }> {
  const { headers } = team
  const call = async <T>(method: 'POST' | 'PATCH', url: string, payload: object): Promise<T> => {
    const response = await service.app.inject({ method, url, headers, payload })
    if (response.statusCode >= 300) throw new Error(`${url}: ${response.body}`)
    return response.json<T>()
  }
  await call('PATCH', '/v1/team', { name: marker })
  const dataset = await service.readyDataset(headers, zip)
  const job = await call<Job>('POST', '/v1/jobs', { dataset: dataset.id, name: marker })
  const space = { '/seed': { values: [1, 2] } }
  const sweep = await call<Sweep>('POST', '/v1/sweeps', { dataset: dataset.id, kind: 'grid', space, name: marker })
  await call('POST', '/v1/policies', { name: marker, policy: { numOps: 1, magnitude: 1 } })
  const key = await call<ApiKey>('POST', '/v1/api-keys', { name: marker, scopes: ['read'] })
  const checkpoint = await checkpointOf(job.id)
  return { dataset, ids: [dataset.id, job.id, sweep.id, sweep.trials[0]?.job ?? '', checkpoint, key.id, marker] }
}

async function checkpointOf(jobId: string): Promise<string> {
  const { store } = service
  const { blobs } = service.services
  const bytes = Buffer.from(`weights of ${jobId}`)
  const blobKey = `checkpoints/${jobId}`
  await blobs.write(blobKey, Readable.from([bytes]))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const claim = await store.claimJob(jobId, 60_000)
  const checkpoint = { kind: 'best', step: 1, blobKey, sizeBytes: bytes.length, sha256, metrics: {} }
  await store.recordJob(jobId, claim?.token ?? 0, { events: [], metrics: [], checkpoint })
  return (await store.checkpoints(jobId))[0]?.id ?? ''
}

const bodiesFor = (dataset: string, [first = '', second = '']: string[]): Record<string, unknown> => ({
  submitJob: { dataset, name: 'fuzzed', seed: 1, model: { name: 'resnet20', width: 8 }, augment: ['horizontal-flip'] },
  validateJob: {
    dataset,
    budget: { epochs: 1 },
    stages: [{ share: 1, augment: [{ name: 'auto-augment', policy: 'cifar10' }] }],
  },
  submitSweep: {
    dataset,
    kind: 'random',
    trials: 2,
    space: { '/schedule/learningRate': { min: 0.1, max: 1, scale: 'log' } },
    spec: { seed: 1 },
  },
  savePolicy: { name: 'fuzzed', policy: [[{ op: 'Invert', probability: 0.5, magnitude: 3 }]] },
  compareJobs: { jobs: [first, second], differing: 3 },
  previewAugment: { dataset, augment: ['horizontal-flip'], size: 8, rows: 1, columns: 2 },
  createApiKey: { name: 'fuzzed', scopes: ['read'] },
  renameTeam: { name: 'fuzzed' },
})

async function timed(request: InjectOptions): Promise<{ response: LightMyRequestResponse; ms: number }> {
  const began = performance.now()
  const response = await service.app.inject(request)
  return { response, ms: performance.now() - began }
}

/** What is wrong with an answer; nothing, as a rule. */
function faultsOf(
  request: InjectOptions,
  { statusCode, body, headers }: LightMyRequestResponse,
  foreign: string[],
): string[] {
  const url = typeof request.url === 'string' ? request.url : ''
  const type = String(headers['content-type'])
  // A browser that signs in is told in a page.
  const isPage = type.includes('text/html') && url.startsWith('/v1/sign-in')
  const sent = `${decoded(url)} ${JSON.stringify([request.headers, request.payload])}`
  const isProblem = isPage || type.includes('application/problem+json')
  return [
    ...(statusCode >= 500 ? [`status ${statusCode}`] : []),
    ...(statusCode >= 400 && statusCode < 500 && request.method !== 'HEAD' && !isProblem
      ? ['no problem document']
      : []),
    ...foreign.filter((text) => body.includes(text) && !sent.includes(text)).map((text) => `tells of ${text}`),
  ]
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

it(
  `${REQUESTS} requests that are nearly right give no 5xx, nothing of another team, and answers in time and in bounded memory`,
  async () => {
    const [own, stranger] = [await service.team(), await service.team()]
    const mine = await owned(own, 'owner-of-all')
    const theirs = await owned(stranger, 'foreign-marker')
    const material: Material = {
      operations: operationsOf(service.app.swagger()),
      bodies: bodiesFor(mine.dataset.id, mine.ids.slice(1)),
      ids: [...mine.ids, ...mine.ids, ...theirs.ids, '0', '1', 'train', 'report'],
      archive: zip,
    }
    const foreign = [...theirs.ids, stranger.id, stranger.secret]
    const faults: string[] = []
    const statuses = new Map<number, number>()
    let [sent, slowestMs, warmHeap] = [0, 0, 0]
    while (sent < REQUESTS) {
      for (const drawn of fc.sample(requests(material), {
        seed: SEED + sent,
        numRuns: Math.min(BATCH, REQUESTS - sent),
      })) {
        const authorization = `${String(drawn.headers?.['authorization'])}${own.secret}`
        const request = { ...drawn, headers: { ...drawn.headers, authorization } }
        let { response, ms } = await timed(request)
        // A busy machine may hold up any single answer: only one that is slow again is slow.
        if (ms > MAX_ANSWER_MS) ({ response, ms } = await timed(request))
        slowestMs = Math.max(slowestMs, ms)
        statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1)
        const wrong = [
          ...faultsOf(request, response, foreign),
          ...(ms > MAX_ANSWER_MS ? [`took ${Math.round(ms)} ms`] : []),
        ]
        for (const fault of wrong)
          faults.push(`${fault}: ${JSON.stringify(drawn).slice(0, 600)} → ${response.body.slice(0, 300)}`)
        sent++
      }
      if (warmHeap === 0 && sent >= REQUESTS / 4) warmHeap = heapAfterCollection()
    }
    const growth = heapAfterCollection() - warmHeap
    if (REQUESTS > 2000)
      process.stdout.write(
        `${sent} requests: ${JSON.stringify([...statuses].sort(([a], [b]) => a - b))}, faults ${faults.length}, slowest ${Math.round(slowestMs)} ms, heap ${(growth / 1e6).toFixed(1)} MB over the first quarter’s\n`,
      )
    expect(faults.slice(0, 10), `${faults.length} faults`).toEqual([])
    expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 50)
    expect(growth).toBeLessThan(MAX_HEAP_GROWTH)
  },
  120_000 + 60 * REQUESTS,
)
