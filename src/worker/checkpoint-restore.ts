import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../errors.ts'
import type { Blobs } from '../service/ports/blobs.ts'
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
  blobs: Blobs,
  folder: string,
): Promise<{ damaged: DamagedCheckpoint[] }> {
  const damaged: DamagedCheckpoint[] = []
  const restored = new Set<string>()
  for (const { kind, step, blobKey, sha256 } of checkpoints) {
    if (restored.has(kind)) continue
    const problem = await copyVerified(blobs.path(blobKey), sha256, join(folder, `${kind}.safetensors`))
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
  blobs: Pick<Blobs, 'path'>,
): Promise<Record<string, string>> {
  const paths: Record<string, string> = {}
  for (const [id, { blobKey, sha256 }] of Object.entries(named)) {
    const problem = await problemOf(blobs.path(blobKey), sha256)
    if (problem !== undefined)
      throw new AppError('checkpoint_damaged', `Checkpoint ${id}, which the spec names, ${problem}.`)
    paths[id] = blobs.path(blobKey)
  }
  return paths
}

async function copyVerified(from: string, sha256: string, to: string): Promise<string | undefined> {
  const partial = `${to}.partial`
  const hash = createHash('sha256')
  try {
    await pipeline(
      createReadStream(from),
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

async function problemOf(path: string, sha256: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  } catch (error) {
    return missing(error)
  }
  return hash.digest('hex') === sha256 ? undefined : DIFFERENT
}

const DIFFERENT = 'is damaged: its content is not what was stored'

function missing(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'is missing from the storage'
  throw error
}
