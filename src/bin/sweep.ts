import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { commandOf } from '../embedded/processes.ts'
import { PARTIAL } from '../blobs/durable-files.ts'
import { lives, TAG_IN_NAME } from './process-tag.ts'

/** What another machine's process, which cannot be asked, has not touched for so long is left over. */
const UNTOUCHED_MS = { work: 600_000, partial: 3_600_000 }
const EVERY_MS = 600_000
/** Blobs lie in folders of folders: checkpoints/JOB/FILE. */
const BLOB_DEPTH = 3

export interface SweptPlaces {
  /** Folder of the work folders. */
  work: string
  blobs: string
  /** Folder of downloads in progress. */
  downloads: string
}

/** Removes at once and from time to time what dead processes left: work folders, and halves of blobs and downloads. */
export function startSweeping(places: SweptPlaces, log: Pick<Logger, 'info' | 'warn'>): { stop(): void } {
  const sweep = (): void => {
    sweepLeftovers(places)
      .then((removed) => {
        if (removed.length > 0)
          log.info({ event: 'temporary_files_removed', count: removed.length, paths: removed.slice(0, 20) })
      })
      .catch((error: unknown) => {
        log.warn({
          event: 'temporary_files_cleanup_failed',
          error: error instanceof Error ? error.message : String(error),
        })
      })
  }
  sweep()
  const timer = setInterval(sweep, EVERY_MS).unref()
  return {
    stop: () => {
      clearInterval(timer)
    },
  }
}

/** @returns what was removed. */
export async function sweepLeftovers({ work, blobs, downloads }: SweptPlaces): Promise<string[]> {
  const dead = [
    ...(await deadOf(await entries(work), UNTOUCHED_MS.work, ownerOfWork)),
    ...(await deadOf(await partials(blobs, BLOB_DEPTH), UNTOUCHED_MS.partial, ownerOfPartial)),
    ...(await deadOf(await entries(downloads), UNTOUCHED_MS.partial, ownerOfDownload)),
  ]
  for (const path of dead) await rm(path, { recursive: true, force: true })
  return dead
}

/** Whether the process lives that a name names; undefined where that cannot be told. */
type Owner = (name: string) => boolean | undefined | Promise<boolean | undefined>

const tagged = (name: string): boolean | undefined => lives(TAG_IN_NAME.exec(name)?.[0] ?? '')

/** Earlier versions named work folders by the process id alone. */
async function ownerOfWork(name: string): Promise<boolean | undefined> {
  const [, pid] = /^(?:api-)?(\d+)$/.exec(name) ?? []
  return pid === undefined ? tagged(name) : ownedBy(Number(pid))
}

/** Earlier versions named partial blobs after no process: only their age tells. */
const ownerOfPartial: Owner = tagged

/** A download's name ends in the process id of its trainer. */
async function ownerOfDownload(name: string): Promise<boolean | undefined> {
  const [, pid] = /\.(\d+)$/.exec(name) ?? []
  if (pid === undefined) return tagged(name)
  // Of a container that shares the cache with others, their processes are not seen here.
  return (await ownedBy(Number(pid))) ? true : undefined
}

async function ownedBy(pid: number): Promise<boolean> {
  return pid !== process.pid && (await commandOf(pid)).some((argument) => /anneal|dist\/bin\//.test(argument))
}

async function deadOf(paths: readonly string[], untouchedMs: number, owner: Owner): Promise<string[]> {
  const dead: string[] = []
  for (const path of paths) {
    const alive = await owner(path.split('/').at(-1) ?? '')
    if (alive === false || (alive === undefined && (await untouchedFor(path)) > untouchedMs)) dead.push(path)
  }
  return dead
}

/** Milliseconds since a file, or anything in a folder, was written. */
async function untouchedFor(path: string): Promise<number> {
  const times = await Promise.all(
    [path, ...(await entries(path))].map((each) =>
      stat(each).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  )
  return Date.now() - Math.max(...times)
}

async function entries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.map((name) => join(folder, name))
}

async function partials(folder: string, depth: number): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    if (entry.name.endsWith(PARTIAL)) found.push(path)
    else if (entry.isDirectory() && depth > 1) found.push(...(await partials(path, depth - 1)))
  }
  return found
}
