import { freePort } from '../embedded/processes.ts'
import type { OpenedGroup } from '../engine/distributed/collective.ts'
import type { Engine } from '../engine/engine.ts'
import { openMeeting } from '../engine/distributed/meeting.ts'
import { AppError } from '../errors.ts'
import type { TrainEvent } from '../train/process/events.ts'
import { startOtherRanks } from '../train/process/other-ranks.ts'
import { RANK_TIMEOUT_S } from '../train/process/rank.ts'
import type { TrainerSettings, TrainerTask } from '../train/process/task.ts'
import type { Parallel } from '../train/run/options.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Trains on the devices that a task names. The process that is given the task is rank 0, and starts one like itself for each further device of
 * this host; one that was started so, or on another host, is given its place in the group.
 */
export async function* onDevices(
  task: TrainerTask,
  { engine, settings, environment }: { engine: Engine; settings: TrainerSettings; environment: Environment },
  run: (parallel: Parallel | undefined) => AsyncIterable<TrainEvent>,
): AsyncGenerator<TrainEvent> {
  const { devices = 1, synchronisedNorms = false, compressGradients = false } = task.parallel ?? {}
  if (task.group !== undefined) {
    requireDevice(engine, task.group)
    yield* endOf(run({ group: { ...task.group, compressGradients }, synchronisedNorms }))
    return
  }
  if (devices === 1) {
    yield* run(undefined)
    return
  }
  const { threads } = engine
  const places = placesOf(engine, task.parallel?.gang?.here ?? devices, environment)
  engine.setThreads?.(places.threads)
  const meeting = await meetingOf(task, engine)
  if (meeting !== undefined) yield { type: 'meeting', store: meeting.store }
  const others = await startOtherRanks(meeting?.task ?? task, { ...settings, ...places, device: engine.device.type })
  try {
    const group = { ...others.group, compressGradients }
    for await (const event of others.guard(run({ group, synchronisedNorms, opened: meeting?.group }))) {
      // The others have ended: what is left is for this process alone.
      if (event.type === 'phase' && event.phase === 'finalizing') engine.setThreads?.(threads)
      yield event
    }
  } finally {
    await others.end()
  }
}

/** Opens the place where ranks on several hosts meet, with the task that names it; undefined where all are on this host. */
async function meetingOf(
  task: TrainerTask,
  engine: Engine,
): Promise<{ group: OpenedGroup; store: string; task: TrainerTask } | undefined> {
  const { parallel } = task
  if (parallel?.gang === undefined) return undefined
  const { devices, gang, timeoutSeconds = RANK_TIMEOUT_S, compressGradients = false } = parallel
  const { store: place, address } = gang
  const options = { rank: 0, worldSize: devices, store: place, timeoutMs: timeoutSeconds * 1000, address }
  const { group, store } = await openMeeting(engine, { ...options, compressGradients }, freePort)
  return { group, store, task: { ...task, parallel: { ...parallel, gang: { ...gang, store } } } }
}

/** @throws AppError `engine_unavailable` where there are fewer devices than ranks, whose engine then takes the CPU */
function requireDevice(engine: Engine, { rank, worldSize, device }: NonNullable<TrainerTask['group']>): void {
  if (engine.device.type === device) return
  throw new AppError(
    'engine_unavailable',
    `Rank ${rank} of ${worldSize} finds no ${device} device of its own; this host has fewer than ${worldSize}.`,
  )
}

/** What tells how a run ended, and no more. */
async function* endOf(events: AsyncIterable<TrainEvent>): AsyncGenerator<TrainEvent> {
  for await (const event of events)
    if (['succeeded', 'interrupted', 'paused', 'failed'].includes(event.type)) yield event
}

interface Places {
  /** Of each rank. */
  threads: number
  environment: (rank: number) => Environment
}

/** The threads of a CPU are shared by the ranks; of several GPUs each rank has one. */
function placesOf(engine: Engine, devices: number, environment: Environment): Places {
  if (engine.openGroup === undefined)
    throw new AppError('engine_unavailable', `Only the torch engine trains on several devices; this is ${engine.name}.`)
  if (engine.device.type === 'cpu')
    return { threads: Math.max(1, Math.floor(engine.threads / devices)), environment: () => environment }
  const visible = environment['CUDA_VISIBLE_DEVICES']?.split(',')
  return {
    threads: engine.threads,
    environment: (rank) => ({ ...environment, CUDA_VISIBLE_DEVICES: visible?.[rank] ?? String(rank) }),
  }
}
