import { join } from 'node:path'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import type { TrainEvent } from '../../src/train/process/events.ts'
import { spawnTrainer, type Trainer } from '../../src/train/process/spawn.ts'
import type { TrainerTask } from '../../src/train/process/task.ts'

export interface RankRun {
  resolution: { spec: ResolvedSpec; hash: string }
  /** Holds the packed data in `packed`. */
  folder: string
  out: string
  parallel?: TrainerTask['parallel']
  /** Of all devices; one for each by default. */
  threads?: number
  pauseAt?: number
  /** Told of each event before the run goes on. */
  onEvent?: (event: TrainEvent, trainer: Trainer) => void
}

/** Trains in a trainer process of the compiled product. */
export async function trainOnDevices({
  resolution,
  folder,
  out,
  parallel,
  threads = parallel?.devices ?? 1,
  pauseAt,
  onEvent,
}: RankRun): Promise<TrainEvent[]> {
  const trainer = spawnTrainer({ engine: 'torch', threads, environment: process.env })
  const events: TrainEvent[] = []
  const task = {
    spec: resolution.spec,
    specHash: resolution.hash,
    dataDir: join(folder, 'packed'),
    outDir: join(folder, out),
    weights: { cacheDir: join(folder, 'weights'), endpoint: 'https://example.invalid' },
    ...(parallel === undefined ? {} : { parallel }),
    ...(pauseAt === undefined ? {} : { pauseAt }),
  }
  try {
    for await (const event of trainer.run(task)) {
      events.push(event)
      onEvent?.(event, trainer)
    }
  } finally {
    trainer.kill()
  }
  return events
}

/** The values of a metric, in the order of steps. */
export const series = (events: readonly TrainEvent[], metric: string): number[] =>
  events.flatMap((event) => (event.type === 'metrics' && metric in event.values ? [event.values[metric]!] : []))
