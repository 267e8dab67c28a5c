import type { ChildProcess } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pg from 'pg'
import { Client } from '../../src/client/client.ts'
import type { Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../../test/helpers/archives.ts'
import {
  eventually,
  freePort,
  kill,
  roleEnvironment,
  startRole,
  startService,
  type ServiceUnderTest,
} from '../../test/helpers/service.ts'
import { printHeading, printTable, writeResult, type Row } from '../report.ts'

const TICKS_PER_SECOND = 100
const SETTLED_AFTER_MS = 8000

interface Counts {
  transactions: number
  postgresSeconds: number
  redisCommands: number
  redisSeconds: number
}

/** What workers cost PostgreSQL and Redis a second, idle and busy: of an API alone, and with each worker more. */
export async function load({ idle, seconds }: { idle: number; seconds: number }): Promise<void> {
  printHeading(
    'Steady load on PostgreSQL and Redis',
    `an API, then up to ${idle} idle workers, then one of them with a job; ${seconds} s each, the load of the benchmark itself left in`,
  )
  const service = await startService()
  const processes: ChildProcess[] = []
  try {
    const { secret } = await service.team()
    const port = await freePort()
    const environment = {
      ...roleEnvironment(service),
      ANNEAL_PORT: String(port),
    }
    const client = new Client({ url: `http://127.0.0.1:${port}`, key: secret })
    processes.push(startRole('api', environment))
    await eventually(() => client.get('/v1/team'))
    const table: Row[] = []
    const measure = async (what: string): Promise<void> => {
      await setTimeout(SETTLED_AFTER_MS)
      table.push({ what, ...(await perSecond(service, seconds)) })
    }
    await measure('API, no worker')
    for (let n = 1; n <= idle; n++) {
      processes.push(startRole('worker', environment))
      if (n === 1 || n === idle) await measure(`${n} idle ${n === 1 ? 'worker' : 'workers'}`)
    }
    await begin(client, service)
    await measure(`${idle} workers, one of them training`)
    printTable(table)
    writeResult('scale-load', { seconds, table })
  } finally {
    for (const child of processes) await kill(child, 'SIGKILL')
    await service.stop()
  }
}

/** A job that outlasts the measurement. */
async function begin(client: Client, service: ServiceUnderTest): Promise<void> {
  const zip = await writeZip(join(service.folder, 'data.zip'), classFolders(4, 100))
  const { id: dataset } = await client.upload<Dataset>(zip, { name: 'shapes' })
  await eventually(async () => (await client.get<Dataset>(`/v1/datasets/${dataset}`)).state === 'ready' || undefined)
  const { id } = await client.post<Job>('/v1/jobs', { dataset, model: 'resnet20', budget: { minutes: 10 } })
  await eventually(async () => (await client.get<Job>(`/v1/jobs/${id}`)).state === 'running' || undefined)
}

async function perSecond(service: ServiceUnderTest, seconds: number): Promise<Row> {
  const before = await counts(service)
  const began = performance.now()
  await setTimeout(1000 * seconds)
  const after = await counts(service)
  const elapsed = (performance.now() - began) / 1000
  const rate = (key: keyof Counts): number => (after[key] - before[key]) / elapsed
  return {
    'transactions/s': rate('transactions').toFixed(1),
    'PostgreSQL, % of a core': (100 * rate('postgresSeconds')).toFixed(2),
    'Redis commands/s': rate('redisCommands').toFixed(1),
    'Redis, % of a core': (100 * rate('redisSeconds')).toFixed(2),
  }
}

async function counts({ database, redis }: ServiceUnderTest): Promise<Counts> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query<{ count: string }>(
    'SELECT sum(xact_commit + xact_rollback) AS "count" FROM pg_stat_database',
  )
  await client.end()
  const connection = new Redis(redis.url)
  const info = `${await connection.info('stats')}\n${await connection.info('cpu')}`
  connection.disconnect()
  const number = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0)
  return {
    transactions: Number(rows[0]?.count ?? 0),
    postgresSeconds: await processorSeconds(database.pid ?? 0),
    redisCommands: number('total_commands_processed'),
    redisSeconds: number('used_cpu_sys') + number('used_cpu_user'),
  }
}

/** Of a process and its children, those that have ended too. */
async function processorSeconds(parent: number): Promise<number> {
  let ticks = 0
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, ppid] = fields
    if (Number(pid) !== parent && ppid !== parent) continue
    const own = (fields[11] ?? 0) + (fields[12] ?? 0)
    ticks += Number(pid) === parent ? own + (fields[13] ?? 0) + (fields[14] ?? 0) : own
  }
  return ticks / TICKS_PER_SECOND
}
