import { Readable } from 'node:stream'
import type { Logger } from 'pino'
import { AppError } from '../errors.ts'
import type { Blobs } from '../service/ports/blobs.ts'
import type { ImportClaim } from '../service/ports/datasets.ts'
import type { Store } from '../service/ports/store.ts'
import type { Reason } from '../service/resources.ts'
import { startHeartbeat } from './heartbeat.ts'
import { fetchHttps } from './import/https.ts'
import { fetchS3, type S3Access } from './import/s3.ts'
import { leaveToOthers, mayPass, mayTryAgain } from './passing-fault.ts'
import { untilWritten } from './until-written.ts'

export interface ImportLimits {
  /** Hosts that an address may name. */
  hosts: readonly string[]
  seconds: number
  /** Of one import. */
  maxBytes: number
  s3: S3Access
}

export interface ImportRunner {
  store: Store
  blobs: Pick<Blobs, 'write'>
  log: Logger
  leaseMs: number
  limits: ImportLimits
  stop: AbortSignal
  /** First pause after an attempt that another one follows. */
  pauseMs?: number
}

/** Fetches what a data set is imported from, and keeps it as an upload that is to be ingested; a failure leaves the reason and no blob. */
export async function runImport(claim: ImportClaim, runner: ImportRunner): Promise<void> {
  const { store, log, leaseMs, limits, stop } = runner
  const lost = new AbortController()
  const late = AbortSignal.timeout(limits.seconds * 1000)
  let bytes = 0
  const stopHeartbeat = startHeartbeat(() => store.renewImport(claim.id, claim.token, leaseMs, bytes), {
    log,
    leaseMs,
    onLost: () => lost.abort(),
  })
  try {
    const signal = AbortSignal.any([stop, lost.signal, late])
    const sizeBytes = await kept(claim, runner, { signal, onBytes: (count) => (bytes = count) })
    stopHeartbeat()
    const isKept = await untilWritten(() => store.finishImport(claim.id, claim.token, sizeBytes), { log, id: claim.id })
    if (!isKept) await store.giveUpBlob(claim.uploadKey)
  } catch (error) {
    stopHeartbeat()
    const isLeft = !lost.signal.aborted && (await end(claim, runner, late.aborted ? tooSlow(limits) : error))
    // It stays where the data set names it still.
    await store.giveUpBlob(claim.uploadKey).catch(() => undefined)
    if (isLeft) await leaveToOthers(claim.attempt, stop, runner.pauseMs)
  }
}

async function kept(
  { teamId, uploadKey, importFrom }: ImportClaim,
  { store, blobs, limits }: ImportRunner,
  { signal, onBytes }: { signal: AbortSignal; onBytes: (count: number) => void },
): Promise<number> {
  const [{ bytes: used }, quota] = [await store.usage(teamId), await store.quota(teamId)]
  const room = Math.min(limits.maxBytes, (quota?.bytes ?? 0) - used)
  const address = new URL(importFrom)
  const fetched =
    address.protocol === 's3:' ? fetchS3(address, limits.s3, signal) : fetchHttps(address, { ...limits, signal })
  async function* bounded(): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of fetched) {
      bytes += chunk.byteLength
      if (bytes > room) throw tooLarge(limits, room)
      onBytes(bytes)
      yield chunk
    }
  }
  await store.expectBlob(uploadKey)
  return (await blobs.write(uploadKey, Readable.from(bounded()))).sizeBytes
}

const tooLarge = ({ maxBytes }: ImportLimits, room: number): AppError =>
  room === maxBytes
    ? new AppError(
        'payload_too_large',
        `What is imported has more than the ${maxBytes} bytes that this installation takes.`,
      )
    : new AppError('quota_exceeded', `What is imported has more than the ${room} bytes that the team may still store.`)

const tooSlow = ({ seconds }: ImportLimits): AppError =>
  new AppError('import_unavailable', `The import took longer than the ${seconds} s that are allowed.`)

/** Has another attempt made where that can help, else ends the data set with the reason. @returns whether it is left to others */
async function end(claim: ImportClaim, { store, log, stop }: ImportRunner, error: unknown): Promise<boolean> {
  const isFinal = error instanceof AppError && !error.retryable
  log.warn({
    event: 'import_failed',
    datasetId: claim.id,
    error: error instanceof Error ? error.message : String(error),
  })
  if (stop.aborted || (!isFinal && mayTryAgain(claim.attempt, mayPass(error), stop))) {
    await untilWritten(() => store.handBackDataset(claim.id, claim.token), { log, id: claim.id })
    return true
  }
  const reason: Reason = isFinal
    ? { code: error.code, fault: 'user', retryable: false, detail: error.message }
    : {
        code: 'import_unavailable',
        fault: 'infra',
        retryable: true,
        detail: 'What was to be imported could not be read to its end.',
      }
  await untilWritten(() => store.finishDataset(claim.id, claim.token, { reason }), { log, id: claim.id })
  return false
}
