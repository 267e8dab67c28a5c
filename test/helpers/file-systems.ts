import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder on another file system than `path`: a mount of its own for root, else in /dev/shm. Neither is an error, never a skip. */
export async function otherFileSystem(path: string): Promise<{ path: string; remove(): Promise<void> }> {
  const { dev } = await stat(path)
  if (process.getuid?.() === 0) {
    const mounted = await mkdtemp(join(tmpdir(), 'anneal-mount-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', mounted])
    return {
      path: mounted,
      async remove() {
        execFileSync('umount', ['--lazy', mounted])
        await rm(mounted, { recursive: true, force: true })
      },
    }
  }
  const shared = await mkdtemp('/dev/shm/anneal-')
  if ((await stat(shared)).dev === dev)
    throw new Error(`${path} and /dev/shm are one file system, and only root mounts another`)
  return { path: shared, remove: () => rm(shared, { recursive: true, force: true }) }
}

/** Makes `path` a file system of so many bytes; only root can mount one. */
export function smallFileSystem(path: string, bytes: number): { remove(): void } {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=0755,size=${bytes}`, 'tmpfs', path])
  return { remove: () => void execFileSync('umount', ['--lazy', path]) }
}
