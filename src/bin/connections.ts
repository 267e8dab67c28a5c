import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'

/** Where database and queue are, as API and workers reach them. */
export interface Connections {
  databaseUrl: string
  redisUrl: string
}

const fileOf = (home: string): string => join(home, 'connections.json')

/** Tells other commands on this home how to reach the servers of `anneal serve`, while it runs. */
export async function writeConnections(
  home: string,
  { databaseUrl, redisUrl }: Connections,
): Promise<{ remove(): Promise<void> }> {
  await rm(fileOf(home), { force: true })
  await writeFile(fileOf(home), JSON.stringify({ databaseUrl, redisUrl }), { mode: 0o600, flag: 'wx' })
  return { remove: () => rm(fileOf(home), { force: true }) }
}

/** @throws AppError `config_invalid` when a role that needs real services has none. */
export function requireConnections({ databaseUrl, redisUrl }: Config): Connections {
  if (databaseUrl === undefined || redisUrl === undefined)
    throw new AppError(
      'config_invalid',
      'DATABASE_URL and REDIS_URL must be set for this role; `anneal serve` needs neither.',
    )
  return { databaseUrl, redisUrl }
}

/**
 * The connections of the environment, or else of the `anneal serve` that runs on this home.
 * @throws AppError `config_invalid` when there are neither.
 */
export async function findConnections(config: Config): Promise<Connections> {
  const { databaseUrl, redisUrl, home } = config
  if (databaseUrl !== undefined && redisUrl !== undefined) return { databaseUrl, redisUrl }
  try {
    const served = JSON.parse(await readFile(fileOf(home), 'utf8')) as Connections
    return { databaseUrl: databaseUrl ?? served.databaseUrl, redisUrl: redisUrl ?? served.redisUrl }
  } catch (cause) {
    throw new AppError(
      'config_invalid',
      `Set DATABASE_URL and REDIS_URL, or start \`anneal serve\` on this ANNEAL_HOME first: no service runs on ${home}.`,
      { cause },
    )
  }
}
