import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Logger } from 'pino'
import { AppError } from '../../errors.ts'
import type { BlobFiles, Blobs, HeldBlobs } from '../../service/ports/blobs.ts'
import type { RemovedBlobs } from '../../service/ports/deletion.ts'
import type { PackedItems } from '../../service/ports/images.ts'
import type { ModelFile, ModelRuntime } from '../../service/ports/models.ts'
import type { LogStore } from '../../service/ports/logs.ts'
import type { BatchClaim, BatchClaims } from '../../service/ports/prediction-batches.ts'
import type { PredictOptions } from '../../service/ports/predictions.ts'
import { publicReason } from '../../service/public-text.ts'
import type { Reason } from '../../service/resources.ts'
import { startHeartbeat } from '../heartbeat.ts'
import type { IngestLimits } from '../ingest-process.ts'
import { LogWriter, type LogSettings } from '../logs/log-writer.ts'
import { leaveToOthers, mayPass, mayTryAgain } from '../passing-fault.ts'
import { untilWritten } from '../until-written.ts'
import { imagesOf, type BatchImage, type BatchImages } from './images.ts'
import { resultLines, type Outcome } from './result-lines.ts'

export interface PredictionRunner {
  store: BatchClaims & RemovedBlobs & LogStore
  blobs: Blobs
  files: BlobFiles
  models: ModelRuntime
  items: PackedItems
  log: Logger
  workDir: string
  leaseMs: number
  /** For the process that unpacks archives. */
  limits: IngestLimits
  logs: LogSettings
  stop: AbortSignal
}

/** Images that the predictor is given at a time: it answers within its time limit, and others take turns. */
const IMAGES_PER_CALL = 8

interface Counts {
  images?: number
  predicted: number
  failed: number
}

/** Predicts the images of a claimed batch, and keeps the result as a file; a failure leaves the reason. An attempt starts from the first image. */
export async function runPredictions(claim: BatchClaim, runner: PredictionRunner): Promise<void> {
  const { store, blobs, files, models, log, leaseMs, workDir, stop, logs } = runner
  const folder = join(workDir, `${claim.id}-${claim.token}`)
  const owner = { id: claim.id, kind: 'predictions', teamId: claim.teamId } as const
  const folders = [folder, workDir, ...files.folders]
  const held = files.hold()
  const printed = new LogWriter({ store, blobs, log, ...logs, owner, attempt: claim.attempt, folders })
  const stopListening = printed.follow((listener) => models.listen(listener))
  printed.note(`attempt ${claim.attempt} begins`)
  const counts: Counts = { predicted: 0, failed: 0 }
  const lost = new AbortController()
  const stopHeartbeat = startHeartbeat(() => store.renewBatch(claim.id, claim.token, leaseMs, counts), {
    log,
    leaseMs,
    onLost: () => lost.abort(),
  })
  let isLeft = false
  try {
    await mkdir(folder, { recursive: true })
    const signal = AbortSignal.any([stop, lost.signal])
    const images = await imagesOf(claim, { ...runner, held, folder, signal })
    counts.images = images.images
    const file = await written(claim, runner, { held, images, counts, signal, path: join(folder, 'result') })
    stopHeartbeat()
    printed.note(`${counts.predicted} images predicted, ${counts.failed} of them could not be read`)
    await printed.flush()
    await keep(claim, runner, { ...file, counts })
  } catch (error) {
    stopHeartbeat()
    printed.note(`failed: ${error instanceof Error ? error.message : String(error)}`)
    await printed.flush()
    isLeft = !lost.signal.aborted && (await end(claim, runner, error))
  } finally {
    stopHeartbeat()
    stopListening()
    held.release()
    await printed.close()
    await rm(folder, { recursive: true, force: true })
  }
  if (isLeft) await leaveToOthers(claim.attempt, stop)
}

interface WrittenOptions {
  held: HeldBlobs
  images: BatchImages
  counts: Counts
  signal: AbortSignal
  path: string
}

async function written(
  { teamId, checkpoint, settings }: BatchClaim,
  { models }: PredictionRunner,
  { held, images, counts, signal, path }: WrittenOptions,
): Promise<{ path: string; sizeBytes: number; sha256: string }> {
  const { blobKey, sha256 } = checkpoint
  const model = { path: await held.file(blobKey, sha256), sha256, team: teamId }
  const lines = resultLines(settings)
  const options: PredictOptions = {
    top: settings.top,
    logits: false,
    asIs: false,
    ...(settings.tta ? { testTime: 'own' } : {}),
  }
  const hash = createHash('sha256')
  let sizeBytes = 0
  async function* content(): AsyncGenerator<string> {
    yield lines.head
    for await (const some of inGroups(images.each)) {
      signal.throwIfAborted()
      const outcomes = await predicted(models, model, { images: some, options })
      counts.predicted += some.length
      counts.failed += outcomes.filter((outcome) => 'problem' in outcome).length
      yield some.map((image, i) => lines.line(image, outcomes[i]!)).join('')
    }
  }
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const text of content()) {
      const bytes = Buffer.from(text)
      hash.update(bytes)
      sizeBytes += bytes.byteLength
      yield bytes
    }
  }
  await pipeline(hashed, createWriteStream(path), { signal })
  return { path, sizeBytes, sha256: hash.digest('hex') }
}

async function* inGroups(images: AsyncIterable<BatchImage>): AsyncGenerator<BatchImage[]> {
  let group: BatchImage[] = []
  for await (const image of images) {
    group.push(image)
    if (group.length < IMAGES_PER_CALL) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** What becomes of each image: where one of several is damaged, they are predicted one by one. */
async function predicted(
  models: ModelRuntime,
  model: ModelFile,
  { images, options }: { images: readonly BatchImage[]; options: PredictOptions },
): Promise<Outcome[]> {
  const whole = images.flatMap(({ source }) => ('problem' in source ? [] : [source]))
  if (whole.length === images.length)
    try {
      return await models.predict(model, whole, options)
    } catch (error) {
      if (!isOfImage(error)) throw error
    }
  const outcomes: Outcome[] = []
  for (const { source } of images) {
    if ('problem' in source) outcomes.push({ problem: source.problem })
    else outcomes.push(await predictedAlone(models, model, { source, options }))
  }
  return outcomes
}

async function predictedAlone(
  models: ModelRuntime,
  model: ModelFile,
  { source, options }: { source: Parameters<ModelRuntime['predict']>[1][number]; options: PredictOptions },
): Promise<Outcome> {
  try {
    const [prediction] = await models.predict(model, [source], options)
    return prediction ?? { top: [] }
  } catch (error) {
    if (!isOfImage(error)) throw error
    return { problem: { code: error.code, detail: error.message } }
  }
}

const isOfImage = (error: unknown): error is AppError => error instanceof AppError && error.code.startsWith('image_')

async function keep(
  claim: BatchClaim,
  { store, blobs, log }: PredictionRunner,
  { path, sizeBytes, sha256, counts }: { path: string; sizeBytes: number; sha256: string; counts: Counts },
): Promise<void> {
  const resultKey = `predictions/${claim.id}/${claim.token}-${sha256.slice(0, 16)}.${claim.settings.format}`
  await untilWritten(() => store.expectBlob(resultKey), { log, id: claim.id })
  await blobs.adopt(resultKey, path)
  const result = { resultKey, sizeBytes, sha256, ...counts }
  const isKept = await untilWritten(() => store.finishBatch(claim.id, claim.token, result), { log, id: claim.id })
  if (!isKept) await store.giveUpBlob(resultKey)
}

/** Has another attempt made where that can help, else ends the batch with the reason. @returns whether it is left to others */
async function end(
  claim: BatchClaim,
  { store, log, stop, files, workDir }: PredictionRunner,
  error: unknown,
): Promise<boolean> {
  const isFinal = error instanceof AppError && !error.retryable
  const passes = !isFinal && mayPass(error)
  if (stop.aborted || (!isFinal && mayTryAgain(claim.attempt, passes, stop))) {
    await untilWritten(() => store.handBackBatch(claim.id, claim.token), { log, id: claim.id })
    return passes
  }
  log.warn({
    event: 'predictions_failed',
    batchId: claim.id,
    error: error instanceof Error ? error.message : String(error),
  })
  const reason: Reason = isFinal
    ? { code: error.code, fault: 'data', retryable: false, detail: error.message }
    : {
        code: 'internal',
        fault: 'infra',
        retryable: true,
        detail: 'The predictions could not be made; the log of the worker says why.',
      }
  const shown = publicReason(reason, [workDir, ...files.folders])
  await untilWritten(() => store.finishBatch(claim.id, claim.token, { reason: shown }), { log, id: claim.id })
  return false
}
