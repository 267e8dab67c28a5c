import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import closeWithGrace from 'close-with-grace'
import { readConfig } from '../../config.ts'
import { isRunning, startPostgres } from '../../embedded/postgres.ts'
import { AppError } from '../../errors.ts'
import { startRedis } from '../../embedded/redis.ts'
import { applyMigrations } from '../../store/migrate.ts'
import { firstCredentials } from '../credentials.ts'
import { createLogger, requireConnections, startApi, startWorkerRole } from '../wiring.ts'

const LONGEST_STOP_MS = 60_000

/** Ends the process cleanly on SIGINT and SIGTERM. */
function untilStopped(stop: () => Promise<void>): void {
  closeWithGrace({ delay: LONGEST_STOP_MS, logger: false }, async ({ err }) => {
    if (err) process.stderr.write(`${err.stack ?? err.message}\n`)
    await stop()
  })
}

/** `serve`, `api`, `worker`, `migrate`: the processes of an installation. */
export function addRoleCommands(program: Command): void {
  program
    .command('serve')
    .description('everything on this machine: database, queue, API, dashboard and one worker')
    .action(async () => {
      const config = readConfig(process.env)
      const log = createLogger(config)
      await mkdir(config.home, { recursive: true })
      await takeHome(config.home)
      const database = config.databaseUrl === undefined ? await startPostgres(join(config.home, 'postgres')) : undefined
      const redis = config.redisUrl === undefined ? await startRedis(join(config.home, 'redis')) : undefined
      const connections = {
        databaseUrl: database?.url ?? config.databaseUrl ?? '',
        redisUrl: redis?.url ?? config.redisUrl ?? '',
      }
      await applyMigrations(connections.databaseUrl)
      const api = await startApi(config, connections, log, process.env)
      const { url } = await firstCredentials(config, api.services, api.url)
      let stopping = false
      let worker = startWorkerProcess(connections)
      const watch = (child: ChildProcess): void => {
        child.once('exit', (code, signal) => {
          if (stopping) return
          log.warn({ event: 'worker_died', pid: child.pid, code, signal })
          worker = startWorkerProcess(connections)
          watch(worker)
        })
      }
      watch(worker)
      log.info({ event: 'serving', url, worker: worker.pid, postgres: database?.pid, redis: redis?.pid })
      process.stdout.write(`Anneal is at ${url}; the API key is in ${join(config.home, 'credentials.json')}\n`)
      untilStopped(async () => {
        stopping = true
        worker.kill('SIGTERM')
        if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit')
        await api.stop()
        await redis?.stop()
        await database?.stop()
      })
    })

  program
    .command('api')
    .description('the HTTP API and dashboard alone (DATABASE_URL, REDIS_URL, BLOB_URL)')
    .action(async () => {
      const config = readConfig(process.env)
      const log = createLogger(config)
      const api = await startApi(config, requireConnections(config), log, process.env)
      log.info({ event: 'serving', url: api.url })
      untilStopped(() => api.stop())
    })

  program
    .command('worker')
    .description('one worker alone, for one device (DATABASE_URL, REDIS_URL, BLOB_URL)')
    .action(async () => {
      const config = readConfig(process.env)
      const log = createLogger(config)
      const worker = await startWorkerRole(config, requireConnections(config), log, process.env)
      log.info({ event: 'working', pid: process.pid })
      process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
      untilStopped(() => worker.stop())
    })

  program
    .command('migrate')
    .description('bring the database at DATABASE_URL to this version')
    .action(async () => {
      const { databaseUrl } = readConfig(process.env)
      if (databaseUrl === undefined)
        throw new AppError('config_invalid', 'DATABASE_URL must name the database to migrate.')
      const applied = await applyMigrations(databaseUrl)
      process.stdout.write(applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`)
    })
}

/** @throws AppError `conflict` when another `anneal serve` runs on this home. */
async function takeHome(home: string): Promise<void> {
  const lock = join(home, 'serve.pid')
  const pid = Number(await readFile(lock, 'utf8').catch(() => '0'))
  if (pid !== 0 && pid !== process.pid && isRunning(pid))
    throw new AppError('conflict', `Anneal runs on ${home} already, as process ${pid}.`)
  await writeFile(lock, String(process.pid))
}

function startWorkerProcess({ databaseUrl, redisUrl }: { databaseUrl: string; redisUrl: string }): ChildProcess {
  return fork(process.argv[1] ?? '', ['worker'], {
    env: { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl },
  })
}
