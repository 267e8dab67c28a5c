import { mkdir, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { AppError } from '../errors.ts'
import type { BlobFiles, Blobs } from '../service/ports/blobs.ts'
import type { JobClaim } from '../service/ports/job-claims.ts'
import type { Store } from '../service/ports/store.ts'
import type { TrainEvent } from '../train/process/events.ts'
import type { Trainer } from '../train/process/spawn.ts'
import { inSpan, recordSpan } from '../tracing/tracing.ts'
import { restoreCheckpoints } from './checkpoint-restore.ts'
import { LeaseLost } from './claimed-job.ts'
import { announceMeeting, followMembers, meetingPlace, memberFailed, withMembersReason } from './gang-leader.ts'
import { JobWriter, type Circumstances } from './job-writer.ts'
import { LogWriter, type LogSettings } from './logs/log-writer.ts'
import { controlTrainer } from './trainer-control.ts'
import { taskOf } from './trainer-task.ts'
import { noteIdle } from './worker-metrics.ts'

export interface JobRunner {
  store: Store
  blobs: Blobs
  files: BlobFiles
  log: Logger
  /** Folder of this worker for what a job writes while it runs. */
  workDir: string
  /** Where downloaded weights are kept and come from. */
  weights: { cacheDir: string; endpoint: string; hosts?: string[]; redirectHosts?: string[] }
  trainer: () => Trainer
  /** Where people reach the service, for links in reports. */
  publicUrl?: string | undefined
  /** How long a lease is held without a sign of life. */
  leaseMs: number
  logs: LogSettings
  /** Of so many training steps one has a span; undefined: none has. */
  traceEverySteps?: number | undefined
  /** Aborted when the worker is to stop: the job is checkpointed and handed back. */
  shutdown: AbortSignal
}

/** Of each metric of earlier attempts, for the report's curves. */
const REPORTED_POINTS = 2000
/**
 * Runs a claimed job to its end, or hands it back. Everything it writes carries the claim's token: once another worker has a newer one,
 * the trainer is killed and nothing more is written.
 */
export async function runJob(claim: JobClaim, runner: JobRunner): Promise<void> {
  const { log, shutdown, files, weights } = runner
  const outDir = join(runner.workDir, claim.id)
  const trainer = runner.trainer()
  const control = controlTrainer(claim, trainer, runner)
  const folders = [outDir, runner.workDir, weights.cacheDir, ...files.folders]
  const held = files.hold()
  const write = new JobWriter(claim, { ...runner, folders })
  const circumstances = (): Circumstances => ({
    canceled: control.canceled,
    stopping: shutdown.aborted,
    preemption: control.preemption,
  })
  const owner = { id: claim.id, kind: 'job', teamId: claim.teamId } as const
  const printed = new LogWriter({ ...runner, ...runner.logs, owner, attempt: claim.attempt, folders })
  const { accumulationFactor: factor, devices } = claim
  const shared = devices === 1 ? '' : ` on ${devices} devices${claim.gang === undefined ? '' : ' of several workers'}`
  const divided = factor === 1 ? '' : `, with ${factor} times the gradient accumulation since memory ran out`
  printed.note(`attempt ${claim.attempt} begins${shared}${divided}`)
  printed.listen(trainer.output)
  const members = followMembers(claim, { ...runner, printed })
  try {
    await inSpan('restore checkpoints', {}, () => restore(claim, runner, { outDir, write }))
    const gang = meetingPlace(claim)
    const task = await inSpan('fetch data set', {}, () => taskOf(claim, runner, { outDir, held, gang }))
    if (shutdown.aborted) control.checkpointAndExit()
    for await (const said of trainer.run(task)) {
      if (control.lost) break
      const { lostMember } = control
      const event =
        said.type !== 'failed'
          ? said
          : lostMember === undefined
            ? await withMembersReason(said, claim, runner)
            : memberFailed(lostMember)
      if (event.type === 'span') {
        recordSpan(event.name, event)
        continue
      }
      if (event.type === 'meeting') {
        await announceMeeting(claim, event.store, runner)
        continue
      }
      if (event.type === 'started' && claim.stopEarly) trainer.stopEarly()
      if (event.type === 'phase' && event.phase === 'finalizing') control.needsMembers = false
      if (ENDS.has(event.type)) await members.take()
      await noted(event, printed)
      await write.event(event, circumstances())
    }
  } catch (error) {
    trainer.kill()
    if (error instanceof LeaseLost) log.warn({ event: 'lease_lost', jobId: claim.id, token: claim.token })
    else await write.disturbed(error, circumstances())
  } finally {
    control.release()
    noteIdle(claim.id)
    held.release()
    members.stop()
    await printed.close()
    await rm(outDir, { recursive: true, force: true })
  }
}

const ENDS: ReadonlySet<TrainEvent['type']> = new Set(['succeeded', 'failed', 'interrupted', 'paused'])

/** Has the log tell of an event. Before one that ends the job it is written, so that whoever follows it misses nothing. */
async function noted(event: TrainEvent, printed: LogWriter): Promise<void> {
  if (event.type === 'started')
    printed.note(`trains on ${event.device} with ${event.engine}, from step ${event.startStep} to ${event.totalSteps}`)
  if (event.type === 'log') printed.note(`${event.level}: ${event.message}`)
  if (!ENDS.has(event.type)) return
  printed.note(event.type === 'failed' ? `failed with ${event.code}: ${event.detail}` : event.type)
  await printed.flush()
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
  const isLost =
    damaged.some(({ kind }) => kind === 'last') && !existsSync(join(outDir, 'checkpoints', 'last.safetensors'))
  if (claim.continues !== undefined && isLost)
    throw new AppError('checkpoint_damaged', 'The checkpoint of the run that it continues is damaged or missing.')
  if (claim.attempt === 1) return
  const series = await store.metrics(claim.id, { maxPoints: REPORTED_POINTS })
  const lines = series.flatMap(({ key, points }) =>
    points.map(([step, value]) => `${JSON.stringify({ step, [key]: value })}\n`),
  )
  await writeFile(join(outDir, 'metrics.jsonl'), lines.join(''))
}
