import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Logger } from 'pino'
import { AppError } from '../errors.ts'
import { isConnectionFault } from '../service/connection-fault.ts'
import { ACTIVE_STATES } from '../service/job-states.ts'
import type { Blobs } from '../service/ports/blobs.ts'
import type { JobClaim, JobMove, JobRecord } from '../service/ports/job-claims.ts'
import type { Store } from '../service/ports/store.ts'
import { publicReason } from '../service/public-text.ts'
import type { Progress, Reason } from '../service/resources.ts'
import type { TrainEvent } from '../train/events.ts'
import type { Trainer } from '../train/spawn.ts'
import { damagedCheckpoints, restoreCheckpoints, verifiedPaths, type DamagedCheckpoint } from './checkpoint-restore.ts'
import { startHeartbeat } from './heartbeat.ts'
import { mayTryAgain, retryWaitMs } from './retries.ts'
import { untilWritten } from './until-written.ts'

export interface JobRunner {
  store: Store
  blobs: Blobs
  log: Logger
  /** Folder of this worker for what a job writes while it runs. */
  workDir: string
  /** Where downloaded weights are kept and come from. */
  weights: { cacheDir: string; endpoint: string; hosts?: string[]; redirectHosts?: string[] }
  trainer: () => Trainer
  /** How long a lease is held without a sign of life. */
  leaseMs: number
  /** Aborted when the worker is to stop: the job is checkpointed and handed back. */
  stop: AbortSignal
}

/** Of each metric of earlier attempts, for the report's curves. */
const REPORTED_POINTS = 2000
/** How long a trainer may take for its last checkpoint before it is killed; what follows the one before is then done again. */
const LAST_CHECKPOINT_MS = 30_000

const CANCELED: Reason = { code: 'canceled', fault: 'user', retryable: false, detail: 'Canceled.' }
const STOPPED: Reason = {
  ...{ code: 'stopped', fault: 'user', retryable: false },
  detail: 'Stopped before the end of its budget; its weights and its report are kept.',
}

class LeaseLost extends Error {}

/**
 * Runs a claimed job to its end, or hands it back. Everything it writes carries the claim's token: once another worker has a newer one,
 * the trainer is killed and nothing more is written.
 */
export async function runJob(claim: JobClaim, runner: JobRunner): Promise<void> {
  const { store, blobs, log, stop } = runner
  const outDir = join(runner.workDir, claim.id)
  const trainer = runner.trainer()
  let lost = false
  let canceled = false
  let finishing = claim.finish
  let deadline: NodeJS.Timeout | undefined
  const interrupt = (): void => {
    if (deadline !== undefined) return
    trainer.interrupt()
    deadline = setTimeout(() => trainer.kill(), LAST_CHECKPOINT_MS)
  }
  const stopHeartbeat = startHeartbeat(
    async () => {
      const { held, wish } = await store.renewJob(claim.id, claim.token, runner.leaseMs)
      if (wish === 'cancel') canceled = true
      if (wish === 'cancel' || wish === 'pause') interrupt()
      if (wish === 'stop' && !finishing) {
        finishing = true
        trainer.finish()
      }
      return held
    },
    {
      log,
      leaseMs: runner.leaseMs,
      onLost: () => {
        lost = true
        trainer.kill()
      },
    },
  )
  stop.addEventListener('abort', interrupt, { once: true })
  const write = new JobWriter(claim, runner)
  try {
    await restore(claim, runner, { outDir, write })
    const task = {
      ...{
        spec: claim.spec,
        specHash: claim.specHash,
        reasons: claim.reasons,
        dataDir: blobs.path(claim.packedKey),
        outDir,
        handOver: join(outDir, 'hand-over'),
      },
      weights: { ...runner.weights, checkpoints: await verifiedPaths(claim.named, blobs) },
      ...{ kind: claim.kind, options: claim.task },
      ...(claim.pauseAt === undefined ? {} : { pauseAt: claim.pauseAt }),
    }
    if (stop.aborted) interrupt()
    for await (const event of trainer.run(task)) {
      if (lost) break
      if (event.type === 'started' && claim.finish) trainer.finish()
      await write.event(event, { canceled, stopping: stop.aborted })
    }
  } catch (error) {
    trainer.kill()
    if (error instanceof LeaseLost) log.warn({ event: 'lease_lost', jobId: claim.id, token: claim.token })
    else await write.disturbed(error, { canceled, stopping: stop.aborted })
  } finally {
    stopHeartbeat()
    stop.removeEventListener('abort', interrupt)
    clearTimeout(deadline)
    await rm(outDir, { recursive: true, force: true })
  }
}

/** Puts the checkpoints that were kept, and the metrics of earlier attempts, where the trainer looks for them. */
async function restore(
  claim: JobClaim,
  { store, blobs }: JobRunner,
  { outDir, write }: { outDir: string; write: JobWriter },
): Promise<void> {
  await rm(outDir, { recursive: true, force: true })
  await mkdir(join(outDir, 'checkpoints'), { recursive: true })
  const { damaged } = await restoreCheckpoints(claim.checkpoints, blobs, join(outDir, 'checkpoints'))
  if (damaged.length > 0) await write.damaged(damaged)
  if (claim.attempt === 1) return
  const series = await store.metrics(claim.id, { maxPoints: REPORTED_POINTS })
  const lines = series.flatMap(({ key, points }) =>
    points.map(([step, value]) => `${JSON.stringify({ step, [key]: value })}\n`),
  )
  await writeFile(join(outDir, 'metrics.jsonl'), lines.join(''))
}

interface Circumstances {
  canceled: boolean
  stopping: boolean
}

/** Writes a trainer's events, in order, again and again while the database is away. */
class JobWriter {
  private readonly claim: JobClaim
  private readonly outDir: string
  private readonly hidden: readonly string[]
  private readonly store: Store
  private readonly blobs: Blobs
  private readonly log: Logger
  private length = { totalSteps: 0, epochs: 0 }
  private progress: Progress | undefined
  /** Whether it has got further than every attempt before. */
  private advanced = false

  constructor(claim: JobClaim, { store, blobs, log, workDir, weights }: JobRunner) {
    this.claim = claim
    this.outDir = join(workDir, claim.id)
    this.hidden = [workDir, weights.cacheDir, blobs.path('')]
    this.store = store
    this.blobs = blobs
    this.log = log
  }

  async event(event: TrainEvent, circumstances: Circumstances): Promise<void> {
    switch (event.type) {
      case 'started':
        this.length = { totalSteps: event.totalSteps, epochs: event.epochs }
        return this.record({ events: [{ type: 'started', data: event }], metrics: [] })
      case 'phase':
        return event.phase === 'running'
          ? this.move({ from: ['starting'], to: 'running' }, { from: ['pausing', 'stopping'] })
          : this.move({ from: ['running', 'pausing'], to: 'finalizing' }, { from: ['stopping'] })
      case 'metrics':
        return this.metrics(event)
      case 'checkpoint':
        return this.checkpoint(event)
      case 'artifact':
        return this.artifact(event)
      case 'log':
        return this.record({ events: [{ type: 'log', data: event }], metrics: [] })
      case 'succeeded':
        await this.record({ events: [], metrics: [], report: event.report })
        return this.move(
          { from: ['stopping'], to: 'stopped', reason: STOPPED },
          { from: ACTIVE_STATES, to: 'succeeded' },
        )
      case 'interrupted':
        return circumstances.canceled
          ? this.end('canceled', {
              ...CANCELED,
              detail: `Canceled at step ${event.step}; its last checkpoint is kept.`,
            })
          : this.handBack()
      case 'paused':
        return circumstances.canceled
          ? this.end('canceled', CANCELED)
          : this.move(
              { from: ['starting', 'running', 'pausing'], to: 'paused', reached: this.claim.pauseAt ?? 1 },
              { from: ['stopping'], to: 'queued' },
            )
      case 'failed': {
        const { code, fault, retryable, detail } = event
        return this.failed({ code, fault, retryable, detail }, circumstances)
      }
    }
  }

  /** Something other than the trainer's own end: by a fault of ours it goes back to the queue, and what cannot be stored ends it. */
  async disturbed(error: unknown, circumstances: Circumstances): Promise<void> {
    this.log.error({
      event: 'job_failed_unexpectedly',
      jobId: this.claim.id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
    const { code, retryable } =
      error instanceof AppError ? error : { code: 'internal' as const, retryable: isConnectionFault(error) }
    const detail =
      error instanceof AppError
        ? error.message
        : retryable
          ? 'The storage that the worker needs was away.'
          : 'The worker could not store or read what the job needs; the log says why.'
    const fault = code === 'checkpoint_damaged' ? 'user' : 'infra'
    try {
      await this.failed({ code, fault, retryable: fault === 'infra', detail }, circumstances)
    } catch (failure) {
      if (failure instanceof LeaseLost) this.log.warn({ event: 'lease_lost', jobId: this.claim.id })
      else throw failure
    }
  }

  /** Checkpoints that are not what was stored; the ones before them were taken. */
  damaged(checkpoints: readonly DamagedCheckpoint[]): Promise<void> {
    for (const checkpoint of checkpoints)
      this.log.error({ event: 'checkpoint_damaged', jobId: this.claim.id, ...checkpoint })
    return this.record({ events: damagedCheckpoints(checkpoints), metrics: [] })
  }

  private failed(reason: Reason, { canceled, stopping }: Circumstances): Promise<void> {
    if (canceled) return this.end('canceled', CANCELED)
    if (stopping) return this.handBack(reason)
    const failures = this.advanced ? 0 : this.claim.failures
    if (!mayTryAgain(reason, failures)) return this.end('failed', reason)
    const waitMs = retryWaitMs(failures)
    const waits = `${reason.detail} It is tried again in about ${Math.ceil(waitMs / 1000)} s.`
    return this.handBack({ ...reason, detail: waits }, waitMs)
  }

  /** Back to the queue, to go on from the last checkpoint; a job that was to pause does so instead. */
  private handBack(reason?: Reason, retryAfterMs?: number): Promise<void> {
    const why = reason === undefined ? {} : { reason: this.storable(reason) }
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
    return this.move(
      { from: ['pausing'], to: 'paused', ...why },
      { from: ACTIVE_STATES, to: 'queued', ...why, ...wait },
    )
  }

  /** Paths of this machine say nothing to the team that reads the reason. */
  private storable(reason: Reason): Reason {
    return publicReason(reason, [this.outDir, ...this.hidden])
  }

  private async metrics({ step, epoch, totalSteps, values }: Extract<TrainEvent, { type: 'metrics' }>): Promise<void> {
    const previous = this.progress
    if (totalSteps !== undefined) this.length = { totalSteps, epochs: (epoch * totalSteps) / step }
    this.progress = {
      ...{ step, epoch, ...this.length },
      imagesPerSecond: values['train/imagesPerSecond'] ?? previous?.imagesPerSecond ?? 0,
      secondsLeft: values['train/secondsLeft'] ?? previous?.secondsLeft ?? 0,
      loss: values['train/loss'] ?? previous?.loss ?? 0,
      accuracy: values['train/accuracy'] ?? previous?.accuracy ?? 0,
      valAccuracy: values['val/accuracy'] ?? previous?.valAccuracy ?? null,
    }
    const metrics = Object.entries(values).map(([key, value]) => ({ key, step, value }))
    const advances = !this.advanced && step > this.claim.reachedStep
    await this.record({
      events: [{ type: 'metrics', data: { step, epoch, values } }],
      metrics,
      progress: this.progress,
      ...(advances ? { advanced: true } : {}),
    })
    if (advances) this.advanced = true
  }

  private async checkpoint({
    kind,
    step,
    path,
    sizeBytes,
    sha256,
    metrics,
  }: Extract<TrainEvent, { type: 'checkpoint' }>): Promise<void> {
    const blobKey = `checkpoints/${this.claim.id}/${kind}-${step}-${this.claim.token}-${sha256.slice(0, 16)}.safetensors`
    await this.blobs.adopt(blobKey, path)
    const event = { type: 'checkpoint', data: { kind, step, sizeBytes, sha256, metrics } }
    const checkpoint = { kind, step, blobKey, sizeBytes, sha256, metrics }
    await this.orGivenUp(blobKey, () => this.record({ events: [event], metrics: [], checkpoint }))
  }

  /** A blob of which no row tells is of no use to anybody; whether one does is for the database to say, as the answer may have been lost. */
  private async orGivenUp(blobKey: string, record: () => Promise<void>): Promise<void> {
    try {
      await record()
    } catch (error) {
      await this.store.giveUpBlob(blobKey).catch((failure: unknown) => {
        this.log.warn({ event: 'blob_left', blobKey, error: String(failure) })
      })
      throw error
    }
  }

  private async artifact({
    kind,
    path,
    contentType,
    sizeBytes,
    sha256,
  }: Extract<TrainEvent, { type: 'artifact' }>): Promise<void> {
    const fileName = basename(path)
    const blobKey = `artifacts/${this.claim.id}/${kind}-${this.claim.token}-${sha256.slice(0, 16)}${extname(path)}`
    await this.blobs.adopt(blobKey, path)
    const artifact = { kind, blobKey, fileName, contentType, sizeBytes, sha256 }
    const event = { type: 'artifact', data: { kind, fileName, contentType, sizeBytes, sha256 } }
    await this.orGivenUp(blobKey, () => this.record({ events: [event], metrics: [], artifact }))
    const before = this.claim.artifacts.find((known) => known.kind === kind)
    if (before !== undefined && before.blobKey !== blobKey) await this.blobs.remove(before.blobKey)
    this.claim.artifacts = [...this.claim.artifacts.filter((known) => known.kind !== kind), { kind, blobKey }]
  }

  private end(to: 'canceled' | 'failed', reason: Reason): Promise<void> {
    return this.move({ from: ACTIVE_STATES, to, reason: this.storable(reason) })
  }

  private record(record: JobRecord): Promise<void> {
    return this.held(() => this.store.recordJob(this.claim.id, this.claim.token, record))
  }

  private move(...moves: JobMove[]): Promise<void> {
    return this.held(() => this.store.moveJob(this.claim.id, this.claim.token, ...moves))
  }

  private async held(write: () => Promise<boolean>): Promise<void> {
    const written = await untilWritten(write, { log: this.log, id: this.claim.id })
    if (!written) throw new LeaseLost(`the lease of ${this.claim.id} is lost`)
  }
}
