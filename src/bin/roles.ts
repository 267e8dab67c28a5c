import type { Logger } from 'pino'
import { readConfig, type Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { grantApplication, grantWorker } from '../store/application-role.ts'
import { applyMigrations } from '../store/migrate.ts'
import { requireConnections, requireWorkerConnections } from './connections.ts'
import { killTree } from './descendants.ts'
import { workOnOneJob } from './one-job.ts'
import { show } from './print.ts'
import { serve } from './serve.ts'
import { endOnSignals, type Shutdown } from './shutdown.ts'
import { createLogger, prepareApi, STOP_WITHIN_MS } from './wiring.ts'
import { withWorkerFlags, type WorkerRoleFlags } from './worker-options.ts'
import { startWorkerRole } from './worker-wiring.ts'

/** What this makes is for its owner alone. */
const PRIVATE_UMASK = 0o077

/** A job is handed back with a checkpoint, which takes a while for a large net or on a busy machine. Within the 30 seconds that Kubernetes gives. */
const WORKER_STOP_WITHIN_MS = 25_000

/** Runs a role until a signal ends it; what fails to start leaves nothing running. */
async function runRole(
  role: (config: Config, log: Logger, shutdown: Shutdown) => Promise<void>,
  environment = process.env,
): Promise<void> {
  const config = readConfig(environment)
  const log = createLogger(config)
  process.umask(PRIVATE_UMASK)
  const shutdown = endOnSignals((error) =>
    log.error({
      event: 'unexpected_error',
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  )
  try {
    await role(config, log, shutdown)
  } catch (error) {
    if (shutdown.stopping) return
    await shutdown.run()
    if (error instanceof AppError) throw error
    throw new AppError('unavailable', `It does not start: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

async function runApi(config: Config, log: Logger, shutdown: Shutdown): Promise<void> {
  const connections = requireConnections(config)
  const api = await shutdown.start({
    begin: () => prepareApi(config, connections, log, process.env),
    stop: (prepared) => prepared.stop(),
    withinMs: STOP_WITHIN_MS,
    atOnce: () => killTree(process.pid, { itself: false }),
  })
  log.info({ event: 'server_started', url: await api.listen() })
}

async function runWorker(config: Config, log: Logger, shutdown: Shutdown): Promise<void> {
  const connections = requireWorkerConnections(config)
  const { drained } = await shutdown.start({
    begin: () => startWorkerRole(config, connections, log, process.env),
    stop: (worker) => worker.stop(),
    withinMs: WORKER_STOP_WITHIN_MS,
    atOnce: () => killTree(process.pid, { itself: false }),
  })
  log.info({ event: 'worker_started', pid: process.pid })
  const end = (): boolean => process.kill(process.pid, 'SIGTERM')
  process.once('disconnect', end)
  void drained.then(() => {
    log.info({ event: 'worker_drained' })
    end()
  })
}

export const runServe = (): Promise<void> => runRole(serve)
export const runApiRole = (): Promise<void> => runRole(runApi)

/** A worker that takes jobs, or one for a single job. */
export const runWorkerRole = ({ job, ...flags }: WorkerRoleFlags): Promise<void> =>
  runRole(
    (config, log, shutdown) =>
      job === undefined
        ? runWorker(config, log, shutdown)
        : workOnOneJob(job, config, log, { shutdown, withinMs: WORKER_STOP_WITHIN_MS }),
    withWorkerFlags(flags, process.env),
  )

export interface MigrateFlags {
  applicationUrl?: string
  workerUrl?: string
}

/** Applies the migrations that a database lacks, and makes the roles that are asked for. */
export async function migrate(options: MigrateFlags): Promise<void> {
  const config = readConfig({
    ...process.env,
    ...(options.applicationUrl === undefined ? {} : { ANNEAL_APPLICATION_URL: options.applicationUrl }),
    ...(options.workerUrl === undefined ? {} : { ANNEAL_WORKER_DATABASE_URL: options.workerUrl }),
  })
  const { databaseUrl, applicationUrl, workerDatabaseUrl } = config
  if (databaseUrl === undefined) throw new AppError('config_invalid', 'DATABASE_URL must name the database to migrate.')
  const applied = await applyMigrations(databaseUrl)
  if (applicationUrl !== undefined) await grantApplication(databaseUrl, applicationUrl)
  if (workerDatabaseUrl !== undefined) await grantWorker(databaseUrl, workerDatabaseUrl)
  show({
    value: { applied },
    text: applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`,
    ids: applied,
  })
}
