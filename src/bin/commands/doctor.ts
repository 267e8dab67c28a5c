import { spawnSync } from 'node:child_process'
import type { Command } from 'commander'
import { readConfig, type Config } from '../../config.ts'
import { engineEnvironment } from '../../engine/environment.ts'
import { show } from '../print.ts'
import { styled } from '../style.ts'

interface Finding {
  what: string
  ok: boolean
  says: string
}

async function finding(what: string, look: () => string | Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, says: await look() }
  } catch (error) {
    return { what, ok: false, says: error instanceof Error ? error.message : String(error) }
  }
}

/** Loads the engine in this process alone: no other command that serves requests does. */
async function engine({ engine: name, threads }: Config): Promise<string> {
  const { loadEngine } = await import('../../engine/load.ts')
  const loaded = await loadEngine({ engine: name, threads })
  const { device, version, supportsBfloat16 } = loaded
  const says = `${loaded.name} (${version}) on ${device.type} ${device.name}, ${loaded.threads} threads, bfloat16 ${supportsBfloat16 ? 'yes' : 'no'}`
  loaded.dispose()
  return says
}

function allocator(threads: number): string {
  const { LD_PRELOAD: library } = engineEnvironment(threads)
  if (library === undefined)
    throw new Error('tcmalloc is missing, training is slower: apt-get install libtcmalloc-minimal4')
  return library
}

async function database(url: string | undefined): Promise<string> {
  if (url === undefined) return 'embedded (DATABASE_URL is not set)'
  const { openStore } = await import('../../store/postgres.ts')
  const store = openStore(url)
  try {
    await store.ready()
    return 'DATABASE_URL answers'
  } finally {
    await store.close()
  }
}

async function queue(url: string | undefined): Promise<string> {
  if (url !== undefined) {
    const { openQueue } = await import('../../queue/bullmq.ts')
    const opened = openQueue(url)
    try {
      await opened.ready()
      return 'REDIS_URL answers'
    } finally {
      await opened.close()
    }
  }
  const { stdout, status } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
  return status === 0
    ? `embedded (${/v=[\d.]+/.exec(stdout)?.[0] ?? 'redis-server'})`
    : 'none: set REDIS_URL, or for `anneal serve` apt-get install redis-server'
}

/** `doctor`: what is there and what is missing; exit code 1 when training cannot run here or a service does not answer. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check engine, device, threads, services and versions')
    .action(async () => {
      const config = readConfig(process.env)
      const findings = [
        await finding('node', () => process.version),
        await finding('engine', () => engine(config)),
        await finding('allocator', () => allocator(config.threads)),
        await finding('database', () => database(config.databaseUrl)),
        await finding('queue', () => queue(config.redisUrl)),
        await finding('blobs', () => config.blobUrl),
      ]
      const mark = (ok: boolean): string => (ok ? `${styled('green', 'ok')}     ` : styled('red', 'MISSING'))
      show({
        value: findings.map(({ what, ok, says }) => ({ what, ok, detail: says })),
        text: findings.map(({ what, ok, says }) => `${mark(ok)}  ${what.padEnd(10)} ${says}\n`).join(''),
        ids: findings.flatMap(({ what, ok }) => (ok ? [] : what)),
      })
      process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1
    })
}
