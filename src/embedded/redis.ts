import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { AppError } from '../errors.ts'
import { passwordIn } from './password-file.ts'
import { commandOf, endProcess, freePort, isRunning } from './processes.ts'
import type { EmbeddedService } from './service.ts'

const USER = 'anneal'
const PID_FILE = 'redis.pid'
const STARTS_WITHIN_MS = 10_000
const STOP_SIGNALS = [['SIGTERM', 2000]] as const satisfies readonly [NodeJS.Signals, number][]

/**
 * Starts the system's `redis-server` over `folder` with an append-only file, on a free port of the loopback address, or the given one.
 * One user, with a password, may do what a queue needs; commands that administer or empty the server are nobody's.
 * @param signal gives up a start; the server is stopped
 * @throws AppError `unavailable` when there is none, or it does not answer.
 */
export async function startRedis(folder: string, givenPort?: number, signal?: AbortSignal): Promise<EmbeddedService> {
  await mkdir(folder, { recursive: true })
  await stopLeftover(folder)
  const password = await passwordIn(join(folder, 'password'))
  const port = givenPort ?? (await freePort())
  // Settings are read from standard input: arguments are seen by every user of the machine.
  const server = spawn('redis-server', ['-'], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  let failure = ''
  server.once('error', (error) => (failure = error.message))
  server.stdin.on('error', () => undefined)
  server.stdin.end(settings({ folder, port, password }))
  server.stderr.resume()
  server.stdout.on('data', (chunk: Buffer) => (failure = chunk.toString('utf8').trim().split('\n').at(-1) ?? ''))
  const exited = new Promise<void>((resolve) => {
    server.once('exit', () => resolve())
    server.once('error', () => resolve())
  })
  const stop = async (): Promise<void> => {
    if (server.pid !== undefined) await endProcess(server.pid, STOP_SIGNALS)
    await exited
  }
  const url = `redis://${USER}:${password}@127.0.0.1:${port}`
  const deadline = performance.now() + STARTS_WITHIN_MS
  while (!(await answers(url))) {
    const isOver = server.exitCode !== null || server.pid === undefined
    if (isOver || signal?.aborted === true || performance.now() > deadline) {
      await stop()
      throw new AppError(
        'unavailable',
        `redis-server does not start: ${failure}. Install it with: apt-get install redis-server`,
      )
    }
    await setTimeout(30)
  }
  return { url, pid: server.pid, exited, stop }
}

function settings({ folder, port, password }: { folder: string; port: number; password: string }): string {
  const hash = createHash('sha256').update(password).digest('hex')
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${JSON.stringify(folder)}`,
    `pidfile ${JSON.stringify(join(folder, PID_FILE))}`,
    'appendonly yes',
    'save ""',
    'maxmemory-policy noeviction',
    'user default off',
    `user ${USER} on #${hash} ~* &* +@all -@admin -@dangerous +info`,
    '',
  ].join('\n')
}

/** A server that outlived the process that started it would write the same files. */
async function stopLeftover(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, PID_FILE), 'utf8').catch(() => '0'))
  if (pid === 0 || !isRunning(pid)) return
  if ((await commandOf(pid)).some((argument) => argument.includes('redis-server'))) await endProcess(pid, STOP_SIGNALS)
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
