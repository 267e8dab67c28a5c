import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { AppError } from '../errors.ts'
import { passwordIn } from './password-file.ts'
import { clusterFolder, makeCluster, spawnServer } from './postgres-cluster.ts'
import { commandOf, endProcess, freePort, isRunning } from './processes.ts'
import type { EmbeddedService } from './service.ts'

/** The cluster's superuser, which owns the tables, and the roles that the API and workers connect as. */
const OWNER = 'anneal'
const APPLICATION = 'anneal_app'
const WORKER = 'anneal_worker'
const DATABASE = 'anneal'
const STARTS_WITHIN_MS = 60_000
/** A fast shutdown, then an immediate one. */
const STOP_SIGNALS = [
  ['SIGINT', 2000],
  ['SIGQUIT', 500],
] as const satisfies readonly [NodeJS.Signals, number][]

export interface EmbeddedPostgres extends EmbeddedService {
  /** For the API; the role and what it may do are made by `grantApplication`. */
  applicationUrl: string
  /** For workers, and for what the API does for all teams; made by `grantWorker`. */
  workerUrl: string
}

/**
 * Starts PostgreSQL from the npm package's binaries over `folder`, making the cluster at first. A server that outlived the process that
 * started it is stopped, and the lock of a killed one cleared.
 * @param signal gives up a start; the server is stopped
 * @throws AppError `unavailable` with the server's last words.
 */
export async function startPostgres(
  folder: string,
  givenPort?: number,
  signal?: AbortSignal,
): Promise<EmbeddedPostgres> {
  await mkdir(folder, { recursive: true })
  const databaseDir = await clusterFolder(folder)
  const password = await passwordIn(join(folder, 'password'))
  const applicationPassword = await passwordIn(join(folder, 'application-password'))
  const workerPassword = await passwordIn(join(folder, 'worker-password'))
  const port = givenPort ?? (await freePort())
  const urlOf = (role: string, secret: string, database = DATABASE): string =>
    `postgresql://${role}:${secret}@127.0.0.1:${port}/${database}`
  if (existsSync(join(databaseDir, 'PG_VERSION'))) await clearStaleLock(databaseDir)
  else await clusterMade(databaseDir, password)
  const server = await spawnServer(databaseDir, port)
  const exited = new Promise<void>((resolve) => {
    server.once('exit', () => resolve())
    server.once('error', () => resolve())
  })
  const stop = async (): Promise<void> => {
    if (server.pid !== undefined) await endProcess(server.pid, STOP_SIGNALS)
    await exited
  }
  try {
    await ready(server, Promise.race([exited, aborted(signal)]))
    await ensureDatabase(urlOf(OWNER, password, 'postgres'))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: urlOf(OWNER, password),
    applicationUrl: urlOf(APPLICATION, applicationPassword),
    workerUrl: urlOf(WORKER, workerPassword),
    pid: server.pid,
    exited,
    stop,
  }
}

async function clusterMade(databaseDir: string, password: string): Promise<void> {
  try {
    await makeCluster(databaseDir, { name: OWNER, password })
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('unavailable', `PostgreSQL's cluster at ${databaseDir} cannot be made: ${said}`, { cause })
  }
}

/** Settles when the signal does. */
const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) resolve()
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })

async function ready(server: ChildProcess, ended: Promise<void>): Promise<void> {
  const words: string[] = []
  let timer: NodeJS.Timeout | undefined
  const accepts = new Promise<true>((resolve) =>
    server.stderr?.on('data', (chunk: Buffer) => {
      words.push(chunk.toString('utf8').trim())
      words.splice(0, words.length - 20)
      if (words.at(-1)?.includes('ready to accept connections') === true) resolve(true)
    }),
  )
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STARTS_WITHIN_MS)))
  const started = await Promise.race([accepts, ended, late])
  clearTimeout(timer)
  if (started !== true) throw new AppError('unavailable', `PostgreSQL does not start: ${words.slice(-5).join(' ')}`)
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}

async function clearStaleLock(databaseDir: string): Promise<void> {
  const lock = join(databaseDir, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number((await readFile(lock, 'utf8')).split('\n', 1)[0])
  if (isRunning(pid) && (await commandOf(pid)).includes(databaseDir)) await endProcess(pid, STOP_SIGNALS)
  await rm(lock, { force: true })
}
