import { spawn } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { AppError } from '../errors.ts'
import { freePort, isRunning, type EmbeddedService } from './postgres.ts'

const PID_FILE = 'redis.pid'
const STARTS_WITHIN_MS = 10_000

/**
 * Starts the system's `redis-server` over `folder` with an append-only file, on a free port of the loopback address, or the given one.
 * @throws AppError `unavailable` when there is none, or it does not answer.
 */
export async function startRedis(folder: string, givenPort?: number): Promise<EmbeddedService> {
  await mkdir(folder, { recursive: true })
  await stopLeftover(folder)
  const port = givenPort ?? (await freePort())
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ]
  const server = spawn('redis-server', [...settings, '--pidfile', join(folder, PID_FILE)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let failure = ''
  server.once('error', (error) => (failure = error.message))
  server.stdout.on('data', (chunk: Buffer) => (failure = chunk.toString('utf8').trim().split('\n').at(-1) ?? ''))
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const url = `redis://127.0.0.1:${port}`
  const deadline = performance.now() + STARTS_WITHIN_MS
  while (!(await answers(url))) {
    if (server.exitCode !== null || server.pid === undefined || performance.now() > deadline)
      throw new AppError(
        'unavailable',
        `redis-server does not start: ${failure}. Install it with: apt-get install redis-server`,
      )
    await setTimeout(30)
  }
  return {
    url,
    pid: server.pid,
    stop: async () => {
      server.kill('SIGTERM')
      await exited
    },
  }
}

/** A server that outlived the process that started it would write the same files. */
async function stopLeftover(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, PID_FILE), 'utf8').catch(() => '0'))
  if (pid === 0 || !isRunning(pid)) return
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  if (!command.includes('redis-server')) return
  process.kill(pid, 'SIGTERM')
  while (isRunning(pid)) await setTimeout(20)
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}
