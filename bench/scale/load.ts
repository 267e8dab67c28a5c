import type { ChildProcess } from 'node:child_process'
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
import { printHeading, printStep, printTable, writeResult, type Row } from '../report.ts'
import { median, spread } from '../statistics.ts'
import { processorSeconds, settled } from './processor-time.ts'

interface Counts {
  transactions: number
  postgresSeconds: number
  redisCommands: number
  redisSeconds: number
}

/** What workers cost PostgreSQL and Redis a second, idle and busy: of an API alone, and with each worker more. */
export async function load(options: { idle: number; rounds: number; seconds: number }): Promise<void> {
  const { idle, rounds, seconds } = options
  printHeading(
    'Steady load on PostgreSQL and Redis',
    `an API, then up to ${idle} idle workers, then one of them with a job; ${rounds} times ${seconds} s each, the load of the benchmark itself left in`,
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
    await eventually(() => client.get('/v1/team'), { withinMs: 120_000 })
    const rates: { what: string; rates: Counts[] }[] = []
    const measure = async (what: string): Promise<void> => {
      printStep(`measuring: ${what}`)
      const measured: Counts[] = []
      while (measured.length < rounds) measured.push(await perSecond(service, seconds))
      rates.push({ what, rates: measured })
    }
    await measure('API, no worker')
    for (const more of [1, idle - 1]) {
      printStep(`starting ${more} ${more === 1 ? 'worker' : 'workers'}`)
      const workers = Array.from({ length: more }, () => startRole('worker', environment))
      processes.push(...workers)
      await Promise.all(workers.map(({ pid = 0 }) => settled(pid)))
      await measure(more === 1 ? '1 idle worker' : `${idle} idle workers`)
    }
    printStep('starting a job')
    await begin(client, service)
    await measure(`${idle} workers, one of them training`)
    printTable(rates.map(({ what, rates: measured }) => row(what, measured)))
    writeResult('scale-load', { seconds, rates })
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
  await eventually(async () => ((await client.get<Job>(`/v1/jobs/${id}`)).progress?.step ?? 0) >= 1 || undefined)
}

/** Medians, and by how much the transactions spread. */
function row(what: string, rates: readonly Counts[]): Row {
  const middle = (key: keyof Counts): number => median(rates.map((rate) => rate[key]))
  return {
    what,
    n: rates.length,
    'transactions/s': middle('transactions').toFixed(1),
    spread: `${(100 * spread(rates.map(({ transactions }) => transactions))).toFixed(0)} %`,
    'PostgreSQL, % of a core': (100 * middle('postgresSeconds')).toFixed(2),
    'Redis commands/s': middle('redisCommands').toFixed(1),
    'Redis, % of a core': (100 * middle('redisSeconds')).toFixed(2),
  }
}

async function perSecond(service: ServiceUnderTest, seconds: number): Promise<Counts> {
  const before = await counts(service)
  const began = performance.now()
  await setTimeout(1000 * seconds)
  const after = await counts(service)
  const elapsed = (performance.now() - began) / 1000
  const rate = (key: keyof Counts): number => (after[key] - before[key]) / elapsed
  return {
    transactions: rate('transactions'),
    postgresSeconds: rate('postgresSeconds'),
    redisCommands: rate('redisCommands'),
    redisSeconds: rate('redisSeconds'),
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
