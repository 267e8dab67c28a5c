import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres.ts'
import { startRedis } from '../../src/embedded/redis.ts'
import type { EmbeddedService } from '../../src/embedded/service.ts'
import { temporaryFolder } from '../helpers/archives.ts'
import { renderChart } from '../helpers/helm.ts'
import type { KubernetesObject } from '../helpers/kubernetes.ts'
import { podsOf, type Pod } from '../helpers/pods.ts'
import { eventually, freePort } from '../helpers/service.ts'

const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')
/** As the pods' containers have them, whose node has more. */
const CORES = '2'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let database: EmbeddedPostgres
let redis: EmbeddedService
let objects: KubernetesObject[]
/** Where a pod listens whose port is always the same in a cluster. */
let apiPort: number
/** The Secrets that an operator makes. */
let secrets: Record<string, Record<string, string>>
const started: ChildProcess[] = []

beforeAll(async () => {
  folder = await temporaryFolder()
  ;[database, redis, apiPort] = await Promise.all([
    startPostgres(join(folder.path, 'postgres')),
    startRedis(join(folder.path, 'redis')),
    freePort(),
  ])
  secrets = {
    'anneal-owner': { DATABASE_URL: database.url },
    anneal: {
      DATABASE_URL: database.applicationUrl,
      ANNEAL_WORKER_DATABASE_URL: database.workerUrl,
      REDIS_URL: redis.url,
    },
  }
  await mkdir(join(folder.path, 'blobs'))
  const values = {
    listen: '127.0.0.1',
    'metrics.apiPort': await freePort(),
    'metrics.workerPort': await freePort(),
    'blobs.url': pathToFileURL(join(folder.path, 'blobs')).href,
  }
  objects = await renderChart(...Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]))
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await Promise.all([database.stop(), redis.stop()])
  await folder.remove()
})

function podOf(owner: string): Pod {
  const pod = podsOf(objects).find((candidate) => candidate.owner === owner)
  if (pod === undefined) throw new Error(`There is no pod of ${owner}.`)
  return pod
}

/** The environment of a pod's container and of the image, and nothing else. */
function environmentOf(pod: Pod): Record<string, string> {
  const variables = (pod.spec.containers[0]?.env ?? []).map(({ name, value, valueFrom }) => {
    const { secretKeyRef: reference, resourceFieldRef } = valueFrom ?? {}
    const secret = reference === undefined ? undefined : secrets[reference.name]?.[reference.key]
    return [name, value ?? secret ?? (resourceFieldRef === undefined ? '' : CORES)] as const
  })
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'production',
    ANNEAL_HOME: join(folder.path, pod.owner.replaceAll(/\W/g, '-')),
    ...Object.fromEntries(variables),
    ...(pod.owner.endsWith('-api') ? { ANNEAL_PORT: String(apiPort) } : {}),
  }
}

/** Runs what the container runs, or `words` in its place. */
function start(pod: Pod, words = pod.spec.containers[0]?.args ?? []): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [ANNEAL, ...words], {
    env: environmentOf(pod),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { child, output: () => text }
}

async function ended({ child, output }: ReturnType<typeof start>): Promise<string> {
  if (child.exitCode === null) await once(child, 'exit')
  expect(child.exitCode, output()).toBe(0)
  return output()
}

interface Probe {
  httpGet: { path: string; port: string }
}

/** Whether all probes succeed; asked again where they do not, as the kubelet asks. */
async function isReady(pod: Pod): Promise<true | undefined> {
  const [container] = pod.spec.containers
  const ports = container?.['ports'] as { name: string; containerPort: number }[]
  for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const { httpGet } = container![name] as Probe
    const named = ports.find((candidate) => candidate.name === httpGet.port)?.containerPort
    const answer = await fetch(`http://127.0.0.1:${httpGet.port === 'http' ? apiPort : named}${httpGet.path}`)
    await answer.text()
    if (!answer.ok) return undefined
  }
  return true
}

it('migrates, serves, works and ends as the chart runs it', async () => {
  expect(await ended(start(podOf('Job anneal-migrate')))).toContain('Applied')
  const pods = ['Deployment anneal-api', 'Deployment anneal-worker-default'].map(podOf)
  const running = pods.map((pod) => ({ pod, ...start(pod) }))
  for (const { pod, output } of running)
    expect(await eventually(() => isReady(pod), { withinMs: 240_000 }).catch(() => output())).toBe(true)
  // As NOTES.txt says, in a container of the API.
  const [api] = pods as [Pod]
  expect(await ended(start(api, ['team', 'create', 'first']))).toMatch(/^ak_/m)
  for (const role of running) {
    role.child.kill('SIGTERM')
    await ended(role)
  }
})
