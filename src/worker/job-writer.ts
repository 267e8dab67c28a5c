import type { Logger } from 'pino'
import { AppError } from '../errors.ts'
import { codeVersion } from '../service/code-version.ts'
import { isConnectionFault } from '../service/connection-fault.ts'
import { ACTIVE_STATES } from '../service/job-states.ts'
import type { Blobs } from '../service/ports/blobs.ts'
import type { Preemption } from '../service/ports/fair-share.ts'
import type { RemovedBlobs } from '../service/ports/deletion.ts'
import type { JobClaim, JobClaims } from '../service/ports/job-claims.ts'
import { publicReason } from '../service/public-text.ts'
import type { Progress, Reason } from '../service/resources.ts'
import type { TrainEvent } from '../train/process/events.ts'
import { damagedCheckpoints, type DamagedCheckpoint } from './checkpoint-restore.ts'
import { claimedJob, LeaseLost, type ClaimedJob } from './claimed-job.ts'
import { jobFiles } from './job-files.ts'
import { machineUse } from './machine-use.ts'
import { smallerFactor } from './smaller-batches.ts'
import { mayTryAgain, retryWaitMs } from './retries.ts'
import { noteProgress } from './worker-metrics.ts'

const CANCELED: Reason = { code: 'canceled', fault: 'user', retryable: false, detail: 'Canceled.' }
const STOPPED: Reason = {
  code: 'stopped',
  fault: 'user',
  retryable: false,
  detail: 'Stopped before the end of its budget; its weights and its report are kept.',
}

/** The other team is not named. */
const preempted = (step: number, { share, waitingShare, waitedSeconds }: Preemption): Reason => ({
  code: 'preempted',
  fault: 'capacity',
  retryable: true,
  detail: `Made room at step ${step}: the team has had ${Math.round(share)} device-seconds over its weight, one whose job had waited ${Math.round(waitedSeconds)} s has had ${Math.round(waitingShare)}. It resumes from its checkpoint, and no attempt is counted.`,
})

interface WriterDependencies {
  store: JobClaims & RemovedBlobs
  blobs: Blobs
  log: Logger
  /** Folders of this machine, which say nothing to the team that reads a reason. */
  folders: readonly string[]
}

export interface Circumstances {
  canceled: boolean
  stopping: boolean
  /** That it makes room for another team. */
  preemption: Preemption | undefined
}

/** Writes a trainer's events, in order, again and again while the database is away. */
export class JobWriter {
  private readonly claim: JobClaim
  private readonly job: ClaimedJob
  private readonly files: ReturnType<typeof jobFiles>
  private readonly log: Logger
  private readonly folders: readonly string[]
  private length = { totalSteps: 0, epochs: 0 }
  private progress: Progress | undefined
  private readonly machineUse = machineUse()
  /** Whether it has got further than every attempt before. */
  private advanced = false

  constructor(claim: JobClaim, { store, blobs, log, folders }: WriterDependencies) {
    this.claim = claim
    this.job = claimedJob(claim, { store, log })
    this.files = jobFiles(claim, this.job, { store, blobs, log })
    this.log = log
    this.folders = folders
  }

  async event(event: TrainEvent, circumstances: Circumstances): Promise<void> {
    switch (event.type) {
      case 'started':
        this.length = { totalSteps: event.totalSteps, epochs: event.epochs }
        return this.job.record({
          events: [{ type: 'started', data: { ...event, codeVersion: codeVersion() } }],
          metrics: [],
          startStep: event.startStep,
        })
      case 'phase':
        return event.phase === 'running'
          ? this.job.move({ from: ['starting'], to: 'running' }, { from: ['pausing', 'stopping'] })
          : this.job.move({ from: ['running', 'pausing'], to: 'finalizing' }, { from: ['stopping'] })
      case 'metrics':
        return this.metrics(event)
      case 'checkpoint':
        return this.files.checkpoint(event)
      case 'artifact':
        return this.files.artifact(event)
      case 'log':
        return this.job.record({ events: [{ type: 'log', data: event }], metrics: [] })
      case 'span':
      case 'meeting':
        // They are of no job's history: whoever runs the job exports or announces them.
        return
      case 'succeeded':
        await this.job.record({ events: [], metrics: [], report: event.report })
        return this.job.move(
          { from: ['stopping'], to: 'stopped', reason: STOPPED },
          { from: ACTIVE_STATES, to: 'succeeded' },
        )
      case 'interrupted':
        return circumstances.canceled
          ? this.end('canceled', {
              ...CANCELED,
              detail: `Canceled at step ${event.step}; its last checkpoint is kept.`,
            })
          : this.handBack(circumstances.preemption && preempted(event.step, circumstances.preemption))
      case 'paused':
        return circumstances.canceled
          ? this.end('canceled', CANCELED)
          : this.job.move(
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
    return this.job.record({ events: damagedCheckpoints(checkpoints), metrics: [] })
  }

  private failed(reason: Reason, { canceled, stopping, preemption }: Circumstances): Promise<void> {
    if (canceled) return this.end('canceled', CANCELED)
    if (stopping || preemption !== undefined) return this.handBack(reason)
    if (reason.code === 'out_of_memory') return this.outOfMemory(reason)
    const failures = this.advanced ? 0 : this.claim.failures
    if (!mayTryAgain(reason, failures)) return this.end('failed', reason)
    const waitMs = retryWaitMs(failures)
    const waits = `${reason.detail} It is tried again in about ${Math.ceil(waitMs / 1000)} s.`
    return this.handBack({ ...reason, detail: waits }, waitMs)
  }

  /** Tried once more with smaller micro-batches, which need less: more attempts of the same size would die of the same. */
  private outOfMemory(reason: Reason): Promise<void> {
    const { accumulationFactor, spec, failures, devices } = this.claim
    const factor = accumulationFactor === 1 ? smallerFactor(spec, devices) : undefined
    if (factor === undefined) {
      const tried = accumulationFactor === 1 ? 'cannot be divided further' : 'were divided already'
      return this.end('failed', { ...reason, detail: `${reason.detail} Its micro-batches ${tried}.` })
    }
    const detail = `${reason.detail} It is tried once more, with ${factor} times the gradient accumulation: micro-batches of 1/${factor} of the size.`
    return this.handBack({ ...reason, detail }, retryWaitMs(failures), factor)
  }

  /** Back to the queue, to go on from the last checkpoint; a job that was to pause does so instead. */
  private handBack(reason?: Reason, retryAfterMs?: number, accumulationFactor?: number): Promise<void> {
    const why = reason === undefined ? {} : { reason: publicReason(reason, this.folders) }
    const wait = {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(accumulationFactor === undefined ? {} : { accumulationFactor }),
    }
    return this.job.move(
      { from: ['pausing'], to: 'paused', ...why },
      { from: ACTIVE_STATES, to: 'queued', ...why, ...wait },
    )
  }

  private async metrics({ step, epoch, totalSteps, values }: Extract<TrainEvent, { type: 'metrics' }>): Promise<void> {
    const previous = this.progress
    if (totalSteps !== undefined) this.length = { totalSteps, epochs: (epoch * totalSteps) / step }
    this.progress = {
      step,
      epoch,
      ...this.length,
      imagesPerSecond: values['train/imagesPerSecond'] ?? previous?.imagesPerSecond ?? 0,
      secondsLeft: values['train/secondsLeft'] ?? previous?.secondsLeft ?? 0,
      loss: values['train/loss'] ?? previous?.loss ?? 0,
      accuracy: values['train/accuracy'] ?? previous?.accuracy ?? 0,
      valAccuracy: values['val/accuracy'] ?? previous?.valAccuracy ?? null,
    }
    noteProgress(this.claim.id, this.progress, { previousStep: previous?.step, waited: values['train/dataWait'] })
    const measured = { ...values, ...(await this.machineUse()) }
    const metrics = Object.entries(measured).map(([key, value]) => ({ key, step, value }))
    const advances = !this.advanced && step > this.claim.reachedStep
    await this.job.record({
      events: [{ type: 'metrics', data: { step, epoch, values } }],
      metrics,
      progress: this.progress,
      ...(advances ? { advanced: true } : {}),
    })
    if (advances) this.advanced = true
  }

  private end(to: 'canceled' | 'failed', reason: Reason): Promise<void> {
    return this.job.move({ from: ACTIVE_STATES, to, reason: publicReason(reason, this.folders) })
  }
}
