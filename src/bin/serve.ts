import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { keepRunning } from '../embedded/keep-running.ts'
import { startPostgres } from '../embedded/postgres.ts'
import { startRedis } from '../embedded/redis.ts'
import type { EmbeddedService } from '../embedded/service.ts'
import { grantApplication, grantWorker } from '../store/application-role.ts'
import { applyMigrations } from '../store/migrate.ts'
import { writeConnections, type Connections, type WorkerConnections } from './connections.ts'
import { firstCredentials } from './credentials.ts'
import { killTree } from './descendants.ts'
import { freeAddress } from './free-address.ts'
import { takeHome } from './home.ts'
import type { Shutdown } from './shutdown.ts'
import { prepareApi, STOP_WITHIN_MS } from './wiring.ts'

const SERVERS_STOP_WITHIN_MS = 2600
/** What takes no time; and the API's end, which by then has run next to the worker's. */
const SHORT_STOP_MS = 500
const FIRST_START_FAILS = 'the servers of this home cannot be started'

/** Everything on one machine: servers where none are configured, the API, and a worker process. */
export async function serve(given: Config, log: Logger, shutdown: Shutdown): Promise<void> {
  const config = { ...given, port: await freeAddress(given.host, given.port) }
  const { home } = config
  await shutdown.start({ begin: () => takeHome(home), stop: (held) => held.release(), withinMs: SHORT_STOP_MS })
  const servers = await shutdown.start({
    begin: () => startServers(config, log),
    stop: (started) => started.stop(),
    withinMs: SERVERS_STOP_WITHIN_MS,
    atOnce: (started) => started.stop(),
  })
  const connections = await servers.connections()
  await shutdown.start({
    begin: () => writeConnections(home, connections),
    stop: (file) => file.remove(),
    withinMs: SHORT_STOP_MS,
  })
  const api = await shutdown.start({
    begin: () => prepareApi(config, connections, log, process.env),
    stop: (prepared) => prepared.stop(),
    withinMs: SHORT_STOP_MS,
    atOnce: () => killTree(process.pid, { itself: false, except: servers.pids() }),
  })
  // Whoever sees the port open finds the key.
  const { url, path } = await firstCredentials(config, api.services)
  await api.listen()
  const worker = await shutdown.start({
    begin: () => watched('worker', log, async () => startWorkerProcess(connections)),
    stop: (running) => Promise.all([running.stop(), api.stop()]),
    withinMs: STOP_WITHIN_MS,
    atOnce: async (running) => killTree(running.current().pid ?? 0),
  })
  log.info({ event: 'server_started', url, worker: worker.current().pid, servers: servers.pids() })
  process.stdout.write(
    [
      `Anneal is at ${url}; the API key is in ${path}. For another shell:`,
      `  export ANNEAL_URL=${url}`,
      `  export ANNEAL_API_KEY=$(node -p "require('${path}').key")`,
      '',
    ].join('\n'),
  )
}

/** The embedded servers that a configuration needs, each started again when it ends, at the same port and over the same folder. */
async function startServers({ home, databaseUrl, redisUrl, ...config }: Config, log: Logger) {
  const starting = {
    database:
      databaseUrl === undefined ? watchedServer('postgres', log, startPostgres, join(home, 'postgres')) : undefined,
    redis: redisUrl === undefined ? watchedServer('redis', log, startRedis, join(home, 'redis')) : undefined,
  }
  const settled = await Promise.allSettled([starting.database, starting.redis])
  const stop = async (): Promise<void> => {
    await Promise.all(settled.map(async (server) => (server.status === 'fulfilled' ? server.value?.stop() : undefined)))
  }
  const failed = settled.find((server) => server.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason instanceof Error ? failed.reason : new Error(FIRST_START_FAILS)
  }
  const [database, redis] = [await starting.database, await starting.redis]
  return {
    stop,
    pids: () => [database?.current().pid, redis?.current().pid],
    /** Brings the database to this version. */
    async connections(): Promise<Connections> {
      const roles = database?.current() ?? ownDatabase({ ...config, databaseUrl })
      await applyMigrations(roles.url)
      await grantApplication(roles.url, roles.applicationUrl)
      await grantWorker(roles.url, roles.workerUrl)
      return {
        databaseUrl: roles.applicationUrl,
        serviceUrl: roles.workerUrl,
        redisUrl: redis?.current().url ?? redisUrl ?? '',
      }
    },
  }
}

/** Of a database that is the operator's: its owner, and the roles of API and workers. */
function ownDatabase({
  databaseUrl,
  applicationUrl,
  workerDatabaseUrl,
}: Pick<Config, 'databaseUrl' | 'applicationUrl' | 'workerDatabaseUrl'>) {
  if (databaseUrl === undefined || applicationUrl === undefined || workerDatabaseUrl === undefined)
    throw new AppError(
      'config_invalid',
      'With DATABASE_URL, which names the owner of the tables, `anneal serve` needs ANNEAL_APPLICATION_URL and ANNEAL_WORKER_DATABASE_URL too: the roles that API and worker connect as, which it makes.',
    )
  return { url: databaseUrl, applicationUrl, workerUrl: workerDatabaseUrl }
}

async function watchedServer<T extends EmbeddedService>(
  name: string,
  log: Logger,
  start: (folder: string, port?: number, signal?: AbortSignal) => Promise<T>,
  folder: string,
) {
  const first = await start(folder)
  return watched(
    name,
    log,
    async () => first,
    (signal) => start(folder, Number(new URL(first.url).port), signal),
  )
}

async function watched<T extends Parameters<typeof keepRunning>[0]['first']>(
  name: string,
  log: Logger,
  start: () => Promise<T>,
  restart: (signal: AbortSignal) => Promise<T> = start,
) {
  return keepRunning({
    first: await start(),
    restart,
    onEvent: (event, details) => {
      log.warn({ event: `${name}_${event}`, ...details })
    },
  })
}

function startWorkerProcess({ serviceUrl, redisUrl }: WorkerConnections) {
  const child = fork(process.argv[1] ?? '', ['worker'], {
    env: { ...process.env, DATABASE_URL: serviceUrl, ANNEAL_WORKER_DATABASE_URL: serviceUrl, REDIS_URL: redisUrl },
  })
  const exited = once(child, 'exit').then(() => undefined)
  return {
    pid: child.pid,
    exited,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
