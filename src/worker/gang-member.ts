import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { isConnectionFault } from '../service/connection-fault.ts'
import type { GangPlace, JobClaim } from '../service/ports/job-claims.ts'
import type { SeatOf } from '../service/ports/gangs.ts'
import { publicReason } from '../service/public-text.ts'
import type { Reason } from '../service/resources.ts'
import { rankFailure, RANK_TIMEOUT_S } from '../train/process/rank.ts'
import type { Trainer } from '../train/process/spawn.ts'
import type { TrainerTask } from '../train/process/task.ts'
import { restoreCheckpoints } from './checkpoint-restore.ts'
import { startHeartbeat } from './heartbeat.ts'
import { MemberOutput } from './logs/member-output.ts'
import type { JobRunner } from './run-job.ts'
import { LAST_CHECKPOINT_MS } from './trainer-control.ts'
import { taskOf } from './trainer-task.ts'
import { untilWritten } from './until-written.ts'

interface MemberRunner extends Omit<JobRunner, 'trainer'> {
  workerId: string
  /** Of the worker's devices; each is sent to a GPU or CPU of its kind. */
  deviceKind: string
  /** One for each device of the seat. */
  trainers: readonly Trainer[]
}

/**
 * Runs a worker's ranks of a job that another worker leads, which alone holds the job and writes what comes of it. The ranks end with the run;
 * when the attempt is over otherwise, or this member's lease, they are killed. A shutdown has all ranks of the job end with a checkpoint.
 */
export async function runMember(claim: JobClaim, place: GangPlace, runner: MemberRunner): Promise<void> {
  const { store, log, files, leaseMs, shutdown, trainers, workerId, weights } = runner
  const outDir = join(runner.workDir, claim.id)
  const seat: SeatOf = { jobId: claim.id, token: claim.token, workerId }
  const held = files.hold()
  let lost = false
  let deadline: NodeJS.Timeout | undefined
  const kill = (): void => {
    for (const trainer of trainers) trainer.kill()
  }
  const checkpointAndExit = (): void => {
    for (const trainer of trainers) trainer.checkpointAndExit()
    deadline ??= setTimeout(kill, LAST_CHECKPOINT_MS)
  }
  const onLost = (): void => {
    lost = true
    kill()
  }
  const stopHeartbeat = startHeartbeat(() => store.renewSeat(seat, leaseMs), { onLost, log, leaseMs })
  shutdown.addEventListener('abort', checkpointAndExit, { once: true })
  if (shutdown.aborted) checkpointAndExit()
  const folders = [outDir, runner.workDir, weights.cacheDir, ...files.folders]
  const printed = new MemberOutput({
    send: (lines) => store.printInGang(seat, lines),
    isTaken: () => store.isPrinted(seat),
    log,
    secrets: runner.logs.secrets,
    folders,
  })
  for (const [i, { output }] of trainers.entries()) printed.listen(place.firstRank + i, output)
  try {
    const reason = await ranksOf(claim, place, { ...runner, outDir, held }).catch(reasonOf)
    if (lost) log.info({ event: 'gang_left', jobId: claim.id, token: claim.token })
    else {
      const told = reason === undefined ? undefined : publicReason(reason, folders)
      if (told !== undefined) log.warn({ event: 'gang_member_failed', jobId: claim.id, token: claim.token, ...told })
      if (reason !== undefined) kill()
      // With a reason the seat stays, and what is printed with it.
      await printed.close({ untilTaken: reason === undefined })
      await untilWritten(() => store.leaveSeat(seat, told), { log, id: claim.id })
    }
  } finally {
    kill()
    printed.stop()
    stopHeartbeat()
    shutdown.removeEventListener('abort', checkpointAndExit)
    clearTimeout(deadline)
    held.release()
    await rm(outDir, { recursive: true, force: true })
  }
}

/** Runs them to their end. @returns how the first of them failed, if one did; the others are killed then */
async function ranksOf(
  claim: JobClaim,
  { firstRank, store, address }: GangPlace,
  runner: MemberRunner & { outDir: string; held: Parameters<typeof taskOf>[2]['held'] },
): Promise<Reason | undefined> {
  const { trainers, outDir, blobs, deviceKind: device } = runner
  const checkpoints = join(outDir, 'checkpoints')
  await rm(outDir, { recursive: true, force: true })
  await mkdir(checkpoints, { recursive: true })
  await restoreCheckpoints(claim.checkpoints, blobs, checkpoints)
  const task = await taskOf(claim, runner, runner)
  const group = { worldSize: claim.devices, store: store ?? '', timeoutMs: RANK_TIMEOUT_S * 1000, device, address }
  let first: Reason | undefined
  await Promise.all(
    trainers.map(async (trainer, i) => {
      const ranked: TrainerTask = { ...task, group: { ...group, rank: firstRank + i } }
      const failure = await rankFailure(trainer, ranked)
      if (failure === undefined) return
      first ??= { ...failure, detail: `Rank ${firstRank + i} of ${claim.devices} failed: ${failure.detail}` }
      for (const other of trainers) other.kill()
    }),
  )
  if (first === undefined) return undefined
  const { code, fault, retryable, detail } = first
  return { code, fault, retryable, detail }
}

function reasonOf(error: unknown): Reason {
  const { code, message: detail } = error instanceof AppError ? error : { code: 'internal', message: String(error) }
  const fault = code === 'checkpoint_damaged' ? 'user' : 'infra'
  return { code, fault, retryable: fault === 'infra' && (code !== 'internal' || isConnectionFault(error)), detail }
}
