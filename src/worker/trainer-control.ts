import type { Logger } from 'pino'
import type { JobClaim, JobClaims } from '../service/ports/job-claims.ts'
import type { Trainer } from '../train/process/spawn.ts'
import { startHeartbeat } from './heartbeat.ts'

/** How long a trainer may take for its last checkpoint before it is killed; what follows the one before is then done again. */
const LAST_CHECKPOINT_MS = 30_000

interface ControlDependencies {
  store: JobClaims
  log: Logger
  leaseMs: number
  stop: AbortSignal
}

export interface TrainerControl {
  /** Whether another worker has the job. */
  lost: boolean
  /** Whether somebody has canceled it. */
  canceled: boolean
  /** Has the trainer write a last checkpoint and end. */
  interrupt(): void
  release(): void
}

/** Keeps a job's lease, and interrupts, finishes or kills its trainer when the team, the worker's end or a lost lease ask for it. */
export function controlTrainer(
  claim: JobClaim,
  trainer: Trainer,
  { store, log, leaseMs, stop }: ControlDependencies,
): TrainerControl {
  let finishing = claim.finish
  let deadline: NodeJS.Timeout | undefined
  const interrupt = (): void => {
    if (deadline !== undefined) return
    trainer.interrupt()
    deadline = setTimeout(() => trainer.kill(), LAST_CHECKPOINT_MS)
  }
  const beat = async (): Promise<boolean> => {
    const { held, wish } = await store.renewJob(claim.id, claim.token, leaseMs)
    if (wish === 'cancel') control.canceled = true
    if (wish === 'cancel' || wish === 'pause') interrupt()
    if (wish === 'stop' && !finishing) {
      finishing = true
      trainer.finish()
    }
    return held
  }
  const onLost = (): void => {
    control.lost = true
    trainer.kill()
  }
  const stopHeartbeat = startHeartbeat(beat, { log, leaseMs, onLost })
  stop.addEventListener('abort', interrupt, { once: true })
  const control: TrainerControl = {
    lost: false,
    canceled: false,
    interrupt,
    release() {
      stopHeartbeat()
      stop.removeEventListener('abort', interrupt)
      clearTimeout(deadline)
    },
  }
  return control
}
