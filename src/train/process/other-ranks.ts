import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { GroupOptions } from '../../engine/distributed/collective.ts'
import { AppError } from '../../errors.ts'
import type { TrainEvent } from './events.ts'
import { eachLine } from './line-splitter.ts'
import { rankFailure, RANK_TIMEOUT_S } from './rank.ts'
import { spawnTrainer, type SpawnOptions } from './spawn.ts'
import type { TrainerTask } from './task.ts'

/** How long what a process says at its end may take to arrive, after its connections have broken. */
const LAST_WORDS_MS = 2000

/** The processes that train together with this one, which has started them and is rank 0. */
export interface OtherRanks {
  group: GroupOptions
  /** The events of this process' run. @throws AppError as soon as one of the others has failed, with its reason */
  guard(events: AsyncIterable<TrainEvent>): AsyncGenerator<TrainEvent>
  /** Ends those that are still there. */
  end(): Promise<void>
}

export interface OtherRanksOptions extends Pick<SpawnOptions, 'engine' | 'threads' | 'script'> {
  /** What rank 0 computes on. */
  device: string
  /** Of each rank. */
  environment: (rank: number) => SpawnOptions['environment']
}

/** Starts ranks 1 and up of a task that are on this host: the same entry, each with the environment that a trainer gets. */
export async function startOtherRanks(
  task: TrainerTask,
  { environment, device, ...settings }: OtherRanksOptions,
): Promise<OtherRanks> {
  const { devices: worldSize = 1, timeoutSeconds = RANK_TIMEOUT_S, gang } = task.parallel ?? {}
  const folder = gang === undefined ? await meetingFolder(task) : undefined
  const store = gang?.store ?? `file://${join(folder ?? '', 'store')}`
  const common = {
    worldSize,
    store,
    timeoutMs: timeoutSeconds * 1000,
    ...(gang === undefined ? {} : { address: gang.address }),
  }
  const failure = new AbortController()
  const trainers = Array.from({ length: (gang?.here ?? worldSize) - 1 }, (_, i) => {
    const rank = i + 1
    const trainer = spawnTrainer({ ...settings, environment: environment(rank) })
    void eachLine(trainer.output, (_stream, line) => void process.stderr.write(`[rank ${rank}] ${line}\n`))
    void rankFailure(trainer, { ...task, group: { ...common, rank, device } }).then((event) => {
      if (event !== undefined) failure.abort(rankError(rank, worldSize, event))
    })
    return trainer
  })
  return {
    group: { ...common, rank: 0 },
    guard: (events) => guarded(events, failure.signal),
    async end() {
      for (const trainer of trainers) trainer.kill()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Where ranks of one host meet: below the folder of the attempt, whose owner clears it after a process that was killed too. */
async function meetingFolder({ handOver = tmpdir() }: TrainerTask): Promise<string> {
  await mkdir(handOver, { recursive: true })
  return mkdtemp(join(handOver, 'anneal-ranks-'))
}

/** Its own reason where it has one; one that has lost another process, or has died, is lost itself. */
function rankError(rank: number, worldSize: number, { code, detail }: { code: string; detail: string }): AppError {
  const lost = code === 'trainer_crashed' || code === 'rank_lost'
  return new AppError(
    lost ? 'rank_lost' : (code as AppError['code']),
    `Rank ${rank} of ${worldSize} failed: ${detail}`,
    {
      retryable: lost,
    },
  )
}

async function* guarded(events: AsyncIterable<TrainEvent>, failure: AbortSignal): AsyncGenerator<TrainEvent> {
  const failed = new Promise<never>((_resolve, reject) => {
    failure.addEventListener('abort', () => reject(failure.reason as AppError), { once: true })
  })
  failed.catch(() => undefined)
  const iterator = events[Symbol.asyncIterator]()
  for (;;) {
    const next = iterator.next()
    next.catch(() => undefined)
    const result = await Promise.race([next, failed]).catch(async (error: unknown) => {
      // The other end of a broken connection knows why it broke.
      if (error instanceof AppError && error.code === 'rank_lost' && !failure.aborted)
        await Promise.race([failed, setTimeout(LAST_WORDS_MS)])
      throw error
    })
    if (result.done === true) return
    yield result.value
  }
}
