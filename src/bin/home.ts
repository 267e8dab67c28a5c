import { existsSync } from 'node:fs'
import { chmod, link, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { commandOf } from '../embedded/processes.ts'
import { AppError } from '../errors.ts'
import { lives, ownTag } from './process-tag.ts'

const BEAT_MS = 4000
const BEAT_SEEN_WITHIN_MS = 20_000

/**
 * Makes the home and takes it for this process: nobody but its owner reads what is in it, and one `anneal serve` runs on it.
 * @throws AppError `conflict` when another one does.
 */
export async function takeHome(home: string): Promise<{ release(): Promise<void> }> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  // Root's PostgreSQL runs as a separate user, and a cluster of an earlier version may lie in here.
  const entered = process.getuid?.() === 0 && existsSync(join(home, 'postgres', 'data'))
  await chmod(home, entered ? 0o711 : 0o700)
  for (const name of ['blobs', 'cache', 'work', 'redis'])
    if (existsSync(join(home, name))) await chmod(join(home, name), 0o700)
  const lock = join(home, 'serve.pid')
  if (!(await lockIsWritten(lock))) {
    if (await isHeld(lock)) throw new AppError('conflict', `Another \`anneal serve\` runs on ${home}.`)
    await rm(lock, { force: true })
    if (!(await lockIsWritten(lock))) throw new AppError('conflict', `Another \`anneal serve\` starts on ${home}.`)
  }
  const beat = setInterval(() => {
    const now = new Date()
    utimes(lock, now, now).catch(() => undefined)
  }, BEAT_MS).unref()
  return {
    async release() {
      clearInterval(beat)
      await rm(lock, { force: true })
    },
  }
}

/** Puts the lock there whole, unless there is one. */
async function lockIsWritten(lock: string): Promise<boolean> {
  const tag = ownTag()
  const aside = `${lock}.${tag}`
  await writeFile(aside, tag, { mode: 0o600 })
  try {
    await link(aside, lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/** Whether the process lives that wrote the lock. One of another machine or container is told by its beat. */
async function isHeld(lock: string): Promise<boolean> {
  const content = (await readFile(lock, 'utf8').catch(() => '')).trim()
  // Earlier versions wrote the process id alone.
  if (/^\d+$/.test(content)) {
    const command = await commandOf(Number(content))
    return (
      Number(content) !== process.pid && command.includes('serve') && command.some((part) => part.includes('anneal'))
    )
  }
  if (content === '') return false
  const alive = lives(content)
  if (alive !== undefined) return alive
  const beatAt = await beatOf(lock)
  if (Date.now() - beatAt > BEAT_SEEN_WITHIN_MS) return false
  for (let waited = 0; waited < 3 * BEAT_MS; waited += BEAT_MS / 4) {
    await setTimeout(BEAT_MS / 4)
    if ((await beatOf(lock)) !== beatAt) return existsSync(lock)
  }
  return false
}

async function beatOf(lock: string): Promise<number> {
  return stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
