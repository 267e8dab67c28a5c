import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../errors.ts'
import type { Blobs, HeldBlobs } from '../service/ports/blobs.ts'
import type { JobClaim } from '../service/ports/job-claims.ts'

type KeptCheckpoint = JobClaim['checkpoints'][number]

export interface DamagedCheckpoint {
  kind: string
  step: number
  problem: string
}

/**
 * Copies the newest undamaged checkpoint of each kind into a folder. One whose bytes are not those that were stored is passed over for the
 * one before it; a kind of which none is left is missing, and a run without `last` starts from the beginning.
 */
export async function restoreCheckpoints(
  checkpoints: readonly KeptCheckpoint[],
  blobs: Pick<Blobs, 'read'>,
  folder: string,
): Promise<{ damaged: DamagedCheckpoint[] }> {
  const damaged: DamagedCheckpoint[] = []
  const restored = new Set<string>()
  for (const { kind, step, blobKey, sha256 } of checkpoints) {
    if (restored.has(kind)) continue
    const problem = await copyVerified(blobs.read(blobKey), sha256, join(folder, `${kind}.safetensors`))
    if (problem === undefined) restored.add(kind)
    else damaged.push({ kind, step, problem })
  }
  return { damaged }
}

/** What a job's events say of damaged checkpoints. */
export const damagedCheckpoints = (damaged: readonly DamagedCheckpoint[]): { type: string; data: unknown }[] =>
  damaged.map((checkpoint) => ({ type: 'checkpoint_damaged', data: checkpoint }))

/**
 * Where the checkpoints are that a spec names, after a look at their content.
 * @throws AppError `checkpoint_damaged` for one whose bytes are not those that were stored
 */
export async function verifiedPaths(
  named: JobClaim['named'],
  held: Pick<HeldBlobs, 'file'>,
): Promise<Record<string, string>> {
  const paths: Record<string, string> = {}
  for (const [id, { blobKey, sha256 }] of Object.entries(named)) {
    const file = await verifiedFile(held, blobKey, sha256)
    if ('problem' in file)
      throw new AppError('checkpoint_damaged', `Checkpoint ${id}, which the spec names, ${file.problem}.`)
    paths[id] = file.path
  }
  return paths
}

async function copyVerified(from: Readable, sha256: string, to: string): Promise<string | undefined> {
  const partial = `${to}.partial`
  const hash = createHash('sha256')
  try {
    await pipeline(
      from,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk)
          yield chunk
        }
      },
      createWriteStream(partial),
    )
  } catch (error) {
    await rm(partial, { force: true })
    return missing(error)
  }
  if (hash.digest('hex') === sha256) await rename(partial, to)
  else {
    await rm(partial, { force: true })
    return DIFFERENT
  }
  return undefined
}

async function verifiedFile(
  held: Pick<HeldBlobs, 'file'>,
  blobKey: string,
  sha256: string,
): Promise<{ path: string } | { problem: string }> {
  const hash = createHash('sha256')
  try {
    const path = await held.file(blobKey, sha256)
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return hash.digest('hex') === sha256 ? { path } : { problem: DIFFERENT }
  } catch (error) {
    if (error instanceof AppError && error.code === 'blob_damaged') return { problem: DIFFERENT }
    return { problem: missing(error) }
  }
}

const DIFFERENT = 'is damaged: its content is not what was stored'

function missing(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'is missing from the storage'
  throw error
}
