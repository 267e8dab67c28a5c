import { basename, extname } from 'node:path'
import type { Logger } from 'pino'
import type { Blobs } from '../service/ports/blobs.ts'
import type { RemovedBlobs } from '../service/ports/deletion.ts'
import type { JobClaim } from '../service/ports/job-claims.ts'
import type { TrainEvent } from '../train/process/events.ts'
import type { ClaimedJob } from './claimed-job.ts'
import { untilWritten } from './until-written.ts'

type FileEvent<T extends 'checkpoint' | 'artifact'> = Extract<TrainEvent, { type: T }>

interface FileDependencies {
  store: RemovedBlobs
  blobs: Blobs
  log: Logger
}

/** Moves files that a trainer reports to the blobs, and records them. */
export function jobFiles(claim: JobClaim, job: ClaimedJob, { store, blobs, log }: FileDependencies) {
  /** Announced before it is there, so that a worker that dies in between leaves nothing behind for good. */
  async function adopt(blobKey: string, path: string): Promise<void> {
    await untilWritten(() => store.expectBlob(blobKey), { log, id: claim.id })
    await blobs.adopt(blobKey, path)
  }

  /** A blob that no row names is of no use to anybody; whether one does is for the database to say, as the answer may have been lost. */
  async function orGivenUp(blobKey: string, record: () => Promise<void>): Promise<void> {
    try {
      await record()
    } catch (error) {
      await store.giveUpBlob(blobKey).catch((failure: unknown) => {
        log.warn({ event: 'blob_cleanup_failed', blobKey, error: String(failure) })
      })
      throw error
    }
  }

  return {
    async checkpoint({ kind, step, path, sizeBytes, sha256, metrics }: FileEvent<'checkpoint'>): Promise<void> {
      const blobKey = `checkpoints/${claim.id}/${kind}-${step}-${claim.token}-${sha256.slice(0, 16)}.safetensors`
      await adopt(blobKey, path)
      const event = { type: 'checkpoint', data: { kind, step, sizeBytes, sha256, metrics } }
      const checkpoint = { kind, step, blobKey, sizeBytes, sha256, metrics }
      await orGivenUp(blobKey, () => job.record({ events: [event], metrics: [], checkpoint }))
    },
    async artifact({ kind, path, contentType, sizeBytes, sha256 }: FileEvent<'artifact'>): Promise<void> {
      const fileName = basename(path)
      const blobKey = `artifacts/${claim.id}/${kind}-${claim.token}-${sha256.slice(0, 16)}${extname(path)}`
      await adopt(blobKey, path)
      const artifact = { kind, blobKey, fileName, contentType, sizeBytes, sha256 }
      const event = { type: 'artifact', data: { kind, fileName, contentType, sizeBytes, sha256 } }
      await orGivenUp(blobKey, () => job.record({ events: [event], metrics: [], artifact }))
      const before = claim.artifacts.find((known) => known.kind === kind)
      if (before !== undefined && before.blobKey !== blobKey) await store.giveUpBlob(before.blobKey)
      claim.artifacts = [...claim.artifacts.filter((known) => known.kind !== kind), { kind, blobKey }]
    },
  }
}
