import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Logger } from 'pino'
import { ACTIVE_STATES } from '../service/job-states.ts'
import type { Blobs, JobClaim, JobMove, JobRecord, Store } from '../service/ports.ts'
import type { Progress, Reason } from '../service/resources.ts'
import type { TrainEvent } from '../train/events.ts'
import type { Trainer } from '../train/spawn.ts'
import { LEASE_MS, startHeartbeat } from './heartbeat.ts'
import { untilWritten } from './until-written.ts'

export interface JobRunner {
  store: Store
  blobs: Blobs
  log: Logger
  /** Folder of this worker for what a job writes while it runs. */
  workDir: string
  /** Where downloaded weights are kept and come from. */
  weights: { cacheDir: string; endpoint: string }
  trainer: () => Trainer
  /** Aborted when the worker is to stop: the job is checkpointed and handed back. */
  stop: AbortSignal
}

/** Of each metric of earlier attempts, for the report's curves. */
const REPORTED_POINTS = 2000
/** Attempts that end by a fault of ours before the job fails. */
const MOST_ATTEMPTS = 20
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
      const { held, wish } = await store.renewJob(claim.id, claim.token, LEASE_MS)
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
      onLost: () => {
        lost = true
        trainer.kill()
      },
    },
  )
  stop.addEventListener('abort', interrupt, { once: true })
  const write = new JobWriter(claim, runner)
  try {
    await restore(claim, runner, outDir)
    const task = {
      ...{
        spec: claim.spec,
        specHash: claim.specHash,
        reasons: claim.reasons,
        dataDir: blobs.path(claim.packedKey),
        outDir,
      },
      weights: {
        ...runner.weights,
        checkpoints: Object.fromEntries(Object.entries(claim.namedKeys).map(([id, key]) => [id, blobs.path(key)])),
      },
      ...{ kind: claim.kind, options: claim.task },
      ...(claim.pauseAt === undefined ? {} : { pauseAt: claim.pauseAt }),
    }
    if (stop.aborted) interrupt()
    for await (const event of trainer.run(task)) {
      if (lost) break
      if (event.type === 'started' && claim.finish) trainer.finish()
      await write.event(event, { canceled, stopping: stop.aborted, attempt: claim.attempt })
    }
  } catch (error) {
    trainer.kill()
    if (error instanceof LeaseLost) log.warn({ event: 'lease_lost', jobId: claim.id, token: claim.token })
    else {
      const detail = error instanceof Error ? error.message : String(error)
      log.error({ event: 'job_disturbed', jobId: claim.id, error: detail })
      const event = { type: 'failed', code: 'internal', fault: 'infra', retryable: true, detail } as const
      await write.event(event, { canceled, stopping: stop.aborted, attempt: claim.attempt })
    }
  } finally {
    stopHeartbeat()
    stop.removeEventListener('abort', interrupt)
    clearTimeout(deadline)
    await rm(outDir, { recursive: true, force: true })
  }
}

/** Puts the checkpoints that were uploaded, and the metrics of earlier attempts, where the trainer looks for them. */
async function restore(claim: JobClaim, { store, blobs }: JobRunner, outDir: string): Promise<void> {
  const folder = join(outDir, 'checkpoints')
  await rm(outDir, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const { kind, blobKey } of claim.checkpoints) await cp(blobs.path(blobKey), join(folder, `${kind}.safetensors`))
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
  attempt: number
}

/** Writes a trainer's events, in order, again and again while the database is away. */
class JobWriter {
  private readonly claim: JobClaim
  private readonly store: Store
  private readonly blobs: Blobs
  private readonly log: Logger
  private length = { totalSteps: 0, epochs: 0 }
  private progress: Progress | undefined

  constructor(claim: JobClaim, { store, blobs, log }: JobRunner) {
    this.claim = claim
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
        if (circumstances.canceled) return this.end('canceled', CANCELED)
        const again = circumstances.stopping || (retryable && circumstances.attempt < MOST_ATTEMPTS)
        return again
          ? this.handBack({ code, fault, retryable, detail })
          : this.end('failed', { code, fault, retryable, detail })
      }
    }
  }

  /** Back to the queue, to go on from the last checkpoint; a job that was to pause does so instead. */
  private handBack(reason?: Reason): Promise<void> {
    const why = reason === undefined ? {} : { reason }
    return this.move({ from: ['pausing'], to: 'paused', ...why }, { from: ACTIVE_STATES, to: 'queued', ...why })
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
    await this.record({
      events: [{ type: 'metrics', data: { step, epoch, values } }],
      metrics,
      progress: this.progress,
    })
  }

  private async checkpoint({
    kind,
    step,
    path,
    sizeBytes,
    sha256,
    metrics,
  }: Extract<TrainEvent, { type: 'checkpoint' }>): Promise<void> {
    const blobKey = `checkpoints/${this.claim.id}/${kind}-${sha256.slice(0, 16)}.safetensors`
    await this.blobs.copyIn(blobKey, path)
    const event = { type: 'checkpoint', data: { kind, step, sizeBytes, sha256, metrics } }
    await this.record({ events: [event], metrics: [], checkpoint: { kind, step, blobKey, sizeBytes, sha256, metrics } })
    const before = this.claim.checkpoints.find((checkpoint) => checkpoint.kind === kind)
    if (before !== undefined && before.blobKey !== blobKey) await this.blobs.remove(before.blobKey)
    this.claim.checkpoints = [
      ...this.claim.checkpoints.filter((checkpoint) => checkpoint.kind !== kind),
      { kind, blobKey, sha256 },
    ]
  }

  private async artifact({
    kind,
    path,
    contentType,
    sizeBytes,
    sha256,
  }: Extract<TrainEvent, { type: 'artifact' }>): Promise<void> {
    const fileName = basename(path)
    const blobKey = `artifacts/${this.claim.id}/${kind}-${sha256.slice(0, 16)}${extname(fileName)}`
    await this.blobs.copyIn(blobKey, path)
    const artifact = { kind, blobKey, fileName, contentType, sizeBytes, sha256 }
    const event = { type: 'artifact', data: { kind, fileName, contentType, sizeBytes, sha256 } }
    await this.record({ events: [event], metrics: [], artifact })
    const before = this.claim.artifacts.find((known) => known.kind === kind)
    if (before !== undefined && before.blobKey !== blobKey) await this.blobs.remove(before.blobKey)
    this.claim.artifacts = [...this.claim.artifacts.filter((known) => known.kind !== kind), { kind, blobKey }]
  }

  private end(to: 'canceled' | 'failed', reason: Reason): Promise<void> {
    return this.move({ from: ACTIVE_STATES, to, reason })
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
