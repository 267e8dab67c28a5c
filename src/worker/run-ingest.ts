import { dirname, join } from 'node:path'
import { rm } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { BlobFiles, Blobs, HeldBlobs, Links } from '../service/ports/blobs.ts'
import type { DatasetClaim } from '../service/ports/datasets.ts'
import type { Store } from '../service/ports/store.ts'
import { publicReason } from '../service/public-text.ts'
import type { Reason } from '../service/resources.ts'
import { startHeartbeat } from './heartbeat.ts'
import { startIngest, type IngestEnd, type IngestLimits, type IngestTask } from './ingest-process.ts'
import { LogWriter, type LogSettings } from './logs/log-writer.ts'
import { leaveToOthers, mayPass, mayTryAgain } from './passing-fault.ts'
import { untilWritten } from './until-written.ts'
import { uploadOf, type UploadFile } from './upload-file.ts'

export interface IngestRunner {
  store: Store
  blobs: Blobs
  files: BlobFiles
  log: Logger
  workDir: string
  leaseMs: number
  limits: IngestLimits
  logs: LogSettings
  stop: AbortSignal
  /** First pause after a fault that may pass. */
  pauseMs?: number
}

type Done = Extract<IngestEnd, { type: 'done' }>
type Unfinished = Exclude<IngestEnd, { type: 'done' }>

/** Ingests a claimed upload in a separate process; a failure leaves neither upload nor packed files, and the reason. */
export async function runIngest(claim: DatasetClaim, runner: IngestRunner): Promise<void> {
  const folder = join(runner.workDir, `${claim.id}-${claim.token}`)
  const outDir = join(folder, 'packed')
  const { files, workDir, logs } = runner
  const owner = { id: claim.id, kind: 'dataset', teamId: claim.teamId } as const
  const folders = [folder, workDir, ...files.folders]
  const held = files.hold()
  const printed = new LogWriter({ ...runner, ...logs, owner, attempt: claim.attempt, folders })
  printed.note(`attempt ${claim.attempt} begins`)
  let isLeft: boolean
  try {
    const outcome = await runProcess(claim, runner, { held, outDir, printed })
    if (outcome === 'lost') return
    printed.note(ending(outcome))
    await printed.flush()
    if (outcome.type === 'done') isLeft = await keep(claim, runner, { ...outcome, outDir })
    else isLeft = await endFailed(claim, runner, outcome)
  } finally {
    held.release()
    await printed.close()
    await rm(folder, { recursive: true, force: true })
  }
  if (isLeft) await leaveToOthers(claim.attempt, runner.stop, runner.pauseMs)
}

const ending = (end: IngestEnd): string =>
  end.type === 'done' ? 'packed' : `${end.type}: ${end.type === 'failed' ? `${end.code}, ${end.detail}` : end.how}`

interface IngestFiles {
  held: HeldBlobs
  outDir: string
  printed: LogWriter
}

/** @returns how the process ended, or `lost` when the claim is another worker's by now. */
async function runProcess(claim: DatasetClaim, runner: IngestRunner, files: IngestFiles): Promise<IngestEnd | 'lost'> {
  const { store, log, leaseMs, stop } = runner
  let read = { files: 0, fraction: 0 }
  const lost = new AbortController()
  const stopHeartbeat = startHeartbeat(() => store.renewDataset(claim.id, claim.token, leaseMs, read), {
    log,
    leaseMs,
    onLost: () => lost.abort(),
  })
  const signal = AbortSignal.any([stop, lost.signal])
  const end = await readUpload(claim, runner, { ...files, signal, onProgress: (progress) => void (read = progress) })
  stopHeartbeat()
  return lost.signal.aborted ? 'lost' : end
}

async function readUpload(
  claim: DatasetClaim,
  { blobs, limits }: IngestRunner,
  {
    held,
    outDir,
    printed,
    signal,
    onProgress,
  }: IngestFiles & { signal: AbortSignal; onProgress: IngestTask['onProgress'] },
): Promise<IngestEnd> {
  let upload: UploadFile | undefined
  let base: IngestTask['base']
  try {
    upload = await uploadOf(claim, blobs, { held, folder: dirname(outDir), signal })
    if (claim.base !== undefined)
      base = { folder: await held.folder(claim.base.packedKey, 'whole'), changes: claim.base.changes }
  } catch (error) {
    const how = `its upload could not be read (${error instanceof Error ? error.message : 'unknown'})`
    return { type: 'died', how, mayPass: mayPass(error) }
  }
  const { settings } = claim
  const ingest = startIngest(
    {
      settings,
      outDir,
      onProgress,
      ...(upload === undefined ? { uploadBytes: 0 } : { upload: upload.path, uploadBytes: upload.sizeBytes }),
      ...(base === undefined ? {} : { base }),
    },
    limits,
  )
  printed.listen(ingest.output)
  signal.addEventListener('abort', ingest.kill, { once: true })
  if (signal.aborted) ingest.kill()
  const end = await ingest.end
  signal.removeEventListener('abort', ingest.kill)
  return end
}

/**
 * What was packed becomes the data set; what cannot be stored fails it, and is not tried again without end.
 * @returns whether it is left to others
 */
async function keep(claim: DatasetClaim, runner: IngestRunner, result: Done & { outDir: string }): Promise<boolean> {
  const { store, blobs, log } = runner
  // Of this claim alone: another worker that has the data set by now keeps its own elsewhere.
  const packedKey = `datasets/${claim.id}-${claim.token}`
  try {
    await store.expectBlob(packedKey)
    await blobs.adopt(packedKey, result.outDir, linksOf(claim, result))
    const { manifest, report, changed } = result
    const made = { manifest, report, packedKey, ...(changed === undefined ? {} : { changed }) }
    if (await finish(claim, runner, made)) await removeUpload(claim, runner)
    // Deleted meanwhile, another worker's, or finished by a write whose answer was lost: then it is named, and stays.
    else await store.giveUpBlob(packedKey)
    return false
  } catch (error) {
    log.error({ event: 'ingest_result_save_failed', datasetId: claim.id, error: String(error) })
    await store.giveUpBlob(packedKey).catch(() => undefined)
    const passes = mayPass(error)
    if (await isHandedBack(claim, runner, passes)) return passes
    await fail(claim, runner, broken('What was ingested could not be stored; the log says why.'))
    return false
  }
}

/** The shards that a version has in common with the one that it was made of. */
function linksOf({ base }: DatasetClaim, { links = {} }: Done): Links {
  return Object.fromEntries(Object.entries(links).map(([name, file]) => [name, `${base?.packedKey ?? ''}/${file}`]))
}

async function removeUpload({ uploadKey }: DatasetClaim, { store }: IngestRunner): Promise<void> {
  if (uploadKey !== undefined) await store.giveUpBlob(uploadKey)
}

/** Gives the data set back for another attempt where that can help, else ends it. @returns whether it is left to others */
async function endFailed(claim: DatasetClaim, runner: IngestRunner, end: Unfinished): Promise<boolean> {
  const isFinal = end.type === 'memory' || end.type === 'time' || (end.type === 'failed' && end.expected)
  const passes = 'mayPass' in end && end.mayPass === true
  if (!isFinal && (await isHandedBack(claim, runner, passes))) return passes
  await fail(claim, runner, reasonOf(end))
  return false
}

/** @returns false where there were attempts enough */
async function isHandedBack(
  claim: DatasetClaim,
  { store, log, stop }: IngestRunner,
  passes: boolean,
): Promise<boolean> {
  if (!mayTryAgain(claim.attempt, passes, stop)) return false
  await untilWritten(() => store.handBackDataset(claim.id, claim.token), { log, id: claim.id })
  return true
}

function reasonOf(end: Unfinished): Reason {
  switch (end.type) {
    case 'failed':
      return { code: end.code, fault: end.expected ? 'data' : 'infra', retryable: false, detail: end.detail }
    case 'memory':
      return {
        code: 'ingest_memory_exceeded',
        fault: 'capacity',
        retryable: false,
        detail: `Reading the data set took more memory than the ${end.how} that are allowed; fewer files or smaller images need less.`,
      }
    case 'time':
      return {
        code: 'ingest_time_exceeded',
        fault: 'capacity',
        retryable: false,
        detail: `Reading the data set took longer than the ${end.how} that are allowed for an upload of its size.`,
      }
    case 'died':
      return broken(`The ingest process ended without a result: ${end.how}.`)
  }
}

const broken = (detail: string): Reason => ({ code: 'internal', fault: 'infra', retryable: false, detail })

async function fail(claim: DatasetClaim, runner: IngestRunner, reason: Reason): Promise<void> {
  const { files, workDir } = runner
  await finish(claim, runner, { reason: publicReason(reason, [workDir, ...files.folders]) })
  await removeUpload(claim, runner)
}

function finish(
  claim: DatasetClaim,
  { store, log }: IngestRunner,
  outcome: Parameters<Store['finishDataset']>[2],
): Promise<boolean> {
  return untilWritten(() => store.finishDataset(claim.id, claim.token, outcome), { log, id: claim.id })
}
