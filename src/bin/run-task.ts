import { weightsAccess, type Config } from '../config.ts'
import { openPacked } from '../data/open.ts'
import { AppError } from '../errors.ts'
import { resolveSpec } from '../job-spec/resolve.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { TrainEvent } from '../train/process/events.ts'
import { spawnTrainer, type Trainer } from '../train/process/spawn.ts'
import { hostContextFor } from './host-context.ts'

type Work = Omit<Parameters<Trainer['run']>[0], 'spec' | 'specHash' | 'weights'>

interface Circumstances {
  /** A trainer process that was started ahead of its task. */
  trainer?: Trainer
  /** Whether the same command resumes a run that was interrupted. */
  resumes?: boolean
  /** Sees each event before the task goes on. */
  onEvent?: (event: TrainEvent) => Promise<void> | void
}

/** A written spec resolved on a packed data set and on this machine. */
export function resolveHere(
  rawSpec: unknown,
  dataDir: string,
  config: Config,
): ReturnType<typeof resolveSpec> & { config: Config } {
  return { ...resolveSpec(rawSpec, openPacked(dataDir).manifest, hostContextFor(rawSpec, config)), config }
}

/**
 * Runs a task in a trainer process, which signals to this one interrupt.
 * @returns its report.
 * @throws AppError what the task failed with; `interrupted`; `trainer_crashed`
 */
export async function runTask(
  { config, spec, hash }: { config: Config; spec: ResolvedSpec; hash: string },
  work: Work,
  { resumes = false, onEvent = () => undefined, ...given }: Circumstances = {},
): Promise<unknown> {
  const trainer =
    given.trainer ?? spawnTrainer({ engine: config.engine, threads: config.threads, environment: process.env })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => trainer.checkpointAndExit())
  const weights = weightsAccess(config)
  for await (const event of trainer.run({ ...work, spec, specHash: hash, weights })) {
    await onEvent(event)
    if (event.type === 'failed') throw new AppError(event.code as AppError['code'], event.detail)
    if (event.type === 'interrupted')
      throw new AppError(
        'interrupted',
        `Interrupted at step ${event.step}${resumes ? '; the same command resumes from there.' : '.'}`,
      )
    if (event.type === 'succeeded') return event.report
  }
  throw new AppError('trainer_crashed', 'The trainer ended with no result.')
}
