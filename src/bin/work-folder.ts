import { mkdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { ownTag } from './process-tag.ts'

const BEAT_MS = 30_000

/** A folder of this process under the home, for what it writes while it runs, with a time that tells others that the process lives. */
export async function openWorkFolder(
  home: string,
  role: 'api' | 'worker',
): Promise<{ path: string; remove(): Promise<void> }> {
  const path = join(home, 'work', `${role}-${ownTag()}`)
  await mkdir(path, { recursive: true })
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined)
  }, BEAT_MS).unref()
  return {
    path,
    async remove() {
      clearInterval(beat)
      await rm(path, { recursive: true, force: true })
    },
  }
}
