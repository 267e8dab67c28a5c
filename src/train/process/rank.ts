import type { TrainEvent } from './events.ts'
import type { Trainer } from './spawn.ts'
import type { TrainerTask } from './task.ts'

/** How long a process waits for another one that is alive: its checkpoint, its loader and its part of an evaluation may take a while. */
export const RANK_TIMEOUT_S = 180

/** Runs a rank to its end. @returns how it failed, if it did */
export async function rankFailure(
  trainer: Pick<Trainer, 'run'>,
  task: TrainerTask,
): Promise<Extract<TrainEvent, { type: 'failed' }> | undefined> {
  for await (const event of trainer.run(task)) if (event.type === 'failed') return event
  return undefined
}
