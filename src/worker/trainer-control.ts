import type { Logger } from 'pino'
import type { Preemption } from '../service/ports/fair-share.ts'
import type { GangStore, LostMember } from '../service/ports/gangs.ts'
import type { JobClaim, JobClaims } from '../service/ports/job-claims.ts'
import type { Trainer } from '../train/process/spawn.ts'
import { startHeartbeat } from './heartbeat.ts'

/** How long a trainer may take for its last checkpoint before it is killed; the steps since the checkpoint before are then lost. */
export const LAST_CHECKPOINT_MS = 30_000

interface ControlDependencies {
  store: JobClaims & GangStore
  log: Logger
  leaseMs: number
  shutdown: AbortSignal
}

export interface TrainerControl {
  /** Whether another worker has the job. */
  lost: boolean
  /** Whether somebody has canceled it. */
  canceled: boolean
  /** Whether it makes room for another team. */
  preemption: Preemption | undefined
  /** A worker that took part, without which the attempt cannot go on. */
  lostMember: LostMember | undefined
  /** Whether other workers have to take part still: once the ranks have ended, the rest is for this one alone. */
  needsMembers: boolean
  /** Has the trainer write a last checkpoint and exit. */
  checkpointAndExit(): void
  release(): void
}

/** Keeps a job's lease, and has its trainer checkpoint and exit, stop early or be killed: at a user's request, a shutdown or a lost lease. */
export function controlTrainer(
  claim: JobClaim,
  trainer: Trainer,
  { store, log, leaseMs, shutdown }: ControlDependencies,
): TrainerControl {
  let stoppingEarly = claim.stopEarly
  let deadline: NodeJS.Timeout | undefined
  const checkpointAndExit = (): void => {
    if (deadline !== undefined) return
    trainer.checkpointAndExit()
    deadline = setTimeout(() => trainer.kill(), LAST_CHECKPOINT_MS)
  }
  const beat = async (): Promise<boolean> => {
    const { held, requestedAction, preemption } = await store.renewJob(claim.id, claim.token, leaseMs)
    if (requestedAction === 'cancel') control.canceled = true
    control.preemption = preemption
    if (requestedAction === 'cancel' || requestedAction === 'pause' || preemption !== undefined) checkpointAndExit()
    if (requestedAction === 'stop' && !stoppingEarly) {
      stoppingEarly = true
      trainer.stopEarly()
    }
    if (held && control.needsMembers) {
      ;[control.lostMember] = await store.lostMembers(claim.id, claim.token)
      if (control.lostMember !== undefined) trainer.kill()
    }
    return held
  }
  const onLost = (): void => {
    control.lost = true
    trainer.kill()
  }
  const stopHeartbeat = startHeartbeat(beat, { log, leaseMs, onLost })
  shutdown.addEventListener('abort', checkpointAndExit, { once: true })
  const control: TrainerControl = {
    lost: false,
    canceled: false,
    preemption: undefined,
    lostMember: undefined,
    needsMembers: claim.gang !== undefined,
    checkpointAndExit,
    release() {
      stopHeartbeat()
      shutdown.removeEventListener('abort', checkpointAndExit)
      clearTimeout(deadline)
    },
  }
  return control
}
