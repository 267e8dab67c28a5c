import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'

/** Where database and queue are, as API and workers reach them. */
export interface Connections {
  /** As the role of the API, which sees one team's rows at a time. */
  databaseUrl: string
  /** As the role of workers, which sees every team's. */
  serviceUrl: string
  redisUrl: string
}
export type WorkerConnections = Omit<Connections, 'databaseUrl'>

const fileOf = (home: string): string => join(home, 'connections.json')

/** Tells other commands on this home how to reach the servers of `anneal serve`, while it runs. */
export async function writeConnections(
  home: string,
  { databaseUrl, serviceUrl, redisUrl }: Connections,
): Promise<{ remove(): Promise<void> }> {
  await rm(fileOf(home), { force: true })
  await writeFile(fileOf(home), JSON.stringify({ databaseUrl, serviceUrl, redisUrl }), { mode: 0o600, flag: 'wx' })
  return { remove: () => rm(fileOf(home), { force: true }) }
}

/**
 * For the API. Where ANNEAL_APPLICATION_URL is set, DATABASE_URL may be the owner's, as for `anneal migrate`.
 * @throws AppError `config_invalid` when an address is missing
 */
export function requireConnections(config: Config): Connections {
  const { databaseUrl, workerDatabaseUrl, redisUrl } = config
  if (databaseUrl === undefined || redisUrl === undefined)
    throw new AppError(
      'config_invalid',
      'DATABASE_URL and REDIS_URL must be set for this role; `anneal serve` needs neither.',
    )
  if (workerDatabaseUrl === undefined)
    throw new AppError(
      'config_invalid',
      'ANNEAL_WORKER_DATABASE_URL must be set as well: the role of workers, by which the API finds the team of a key. ' +
        'anneal migrate --worker-url makes it.',
    )
  return { databaseUrl: config.applicationUrl ?? databaseUrl, serviceUrl: workerDatabaseUrl, redisUrl }
}

/** For a worker, of which ANNEAL_WORKER_DATABASE_URL is the role where it is set. @throws AppError `config_invalid` */
export function requireWorkerConnections({ databaseUrl, workerDatabaseUrl, redisUrl }: Config): WorkerConnections {
  const serviceUrl = workerDatabaseUrl ?? databaseUrl
  if (serviceUrl === undefined || redisUrl === undefined)
    throw new AppError(
      'config_invalid',
      'DATABASE_URL and REDIS_URL must be set for this role; `anneal serve` needs neither.',
    )
  return { serviceUrl, redisUrl }
}

/**
 * The connections of the environment, or else of the `anneal serve` that runs on this home.
 * @throws AppError `config_invalid` when there are neither.
 */
export async function findConnections(config: Config): Promise<Connections> {
  if (config.databaseUrl !== undefined && config.redisUrl !== undefined) return requireConnections(config)
  try {
    const served = JSON.parse(await readFile(fileOf(config.home), 'utf8')) as Connections
    return { ...served, redisUrl: config.redisUrl ?? served.redisUrl }
  } catch (cause) {
    throw new AppError(
      'config_invalid',
      `Set DATABASE_URL and REDIS_URL, or start \`anneal serve\` on this ANNEAL_HOME first: no service runs on ${config.home}.`,
      { cause },
    )
  }
}
