import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startPostgres } from '../../src/embedded/postgres.ts'
import { startRedis } from '../../src/embedded/redis.ts'
import { childrenOf, gone, signal } from './processes.ts'
import { eventually, type ServiceUnderTest } from './service.ts'

/** How long a killed server stays away: clients must meet refused connections, not just a broken one. */
const AWAY_MS = 1000

export async function killPostgres(service: ServiceUnderTest): Promise<void> {
  const { pid = 0, url } = service.database
  const backends = await childrenOf(pid)
  signal([pid], 'SIGKILL')
  await gone([pid, ...backends])
  await setTimeout(AWAY_MS)
  service.database = await eventually(() => startPostgres(join(service.folder, 'postgres'), Number(new URL(url).port)))
}

/** The database answers nobody for a while. */
export async function freezePostgres(service: ServiceUnderTest, ms: number): Promise<void> {
  const { pid = 0 } = service.database
  signal([pid], 'SIGSTOP')
  const backends = await childrenOf(pid)
  signal(backends, 'SIGSTOP')
  await setTimeout(ms)
  signal([...backends, pid], 'SIGCONT')
}

export async function killRedis(service: ServiceUnderTest): Promise<void> {
  const { pid = 0, url } = service.redis
  signal([pid], 'SIGKILL')
  await gone([pid])
  await setTimeout(AWAY_MS)
  service.redis = await eventually(() => startRedis(join(service.folder, 'redis'), Number(new URL(url).port)))
}

/** The job that a worker runs, by the folder that it has made for it. */
export async function jobOfWorker(home: string, pid: number): Promise<string | undefined> {
  const work = join(home, 'work')
  const own = (await readdir(work).catch(() => [])).find(
    (name) => name.startsWith('worker-') && name.includes(`-${pid}-`),
  )
  if (own === undefined) return undefined
  return (await readdir(join(work, own)).catch(() => [])).find((name) => name.startsWith('job_'))
}
