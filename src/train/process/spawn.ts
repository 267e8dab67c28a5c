import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import { childEnvironment, engineEnvironment } from '../../engine/environment.ts'
import type { TrainEvent } from './events.ts'
import { oomKills } from './oom-kills.ts'
import { collectOutput, type ProcessOutput } from './output.ts'
import type { TrainerSettings, TrainerTask } from './task.ts'

const ENDS: ReadonlySet<TrainEvent['type']> = new Set(['succeeded', 'failed', 'interrupted', 'paused'])

/** A trainer process that has begun to load its engine and waits for a task. */
export interface Trainer {
  readonly pid: number | undefined
  /** What it has printed and will print. */
  readonly output: ProcessOutput
  /** Gives the task; yields its events, the last of which is `succeeded`, `interrupted`, `paused` or `failed`, also when the process dies. */
  run(task: TrainerTask): AsyncGenerator<TrainEvent>
  /** Has it write a checkpoint and exit. */
  checkpointAndExit(): void
  /** Has it end training here and report on the weights so far. */
  stopEarly(): void
  kill(): void
}

export interface SpawnOptions extends TrainerSettings {
  /** The parent's environment, of which a child gets what is allowed, and the engine's variables. */
  environment: Readonly<Record<string, string | undefined>>
  /** The compiled entry of the trainer process. */
  script?: string
  /** Counts the processes that the system has killed for lack of memory. */
  countOomKills?: () => number | undefined
}

/** Starts a trainer process. What checks its events is loaded once it has its task, so that it starts at once. */
export function spawnTrainer({ environment, script, countOomKills = oomKills, ...settings }: SpawnOptions): Trainer {
  const entry = script ?? createRequire(import.meta.url).resolve('#dist/bin/trainer.js')
  const child = spawn(process.execPath, [entry, JSON.stringify(settings)], {
    env: { ...childEnvironment(environment, { downloads: true }), ...engineEnvironment(settings.threads) },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  child.on('error', () => undefined)
  child.stdin?.on('error', () => undefined)
  const output = collectOutput(child)
  let killed = false
  const events = child.stdio[3] as Readable
  // Without a listener, what a trainer says that ends before it gets a task is read away when it ends.
  events.on('readable', () => undefined)
  const lines = linesOf(events)
  return {
    pid: child.pid,
    output,
    async *run(task) {
      const killsBefore = countOomKills() ?? 0
      child.stdin?.write(`${JSON.stringify(task)}\n`)
      const { isTrainEvent } = await import('./is-train-event.ts')
      let ended = false
      for await (const line of lines) {
        const event = parsed(line)
        if (!isTrainEvent(event)) {
          yield crashed(`it wrote an event that is not valid: ${line.slice(0, 200)}`)
          killed = true
          child.kill('SIGKILL')
          return
        }
        ended = ENDS.has(event.type)
        yield event
      }
      if (ended) return
      const how = await ending(child)
      const printed = output.last()
      if (killed) yield crashed(`${how} ${printed}`.trim())
      else if (child.signalCode === 'SIGKILL' && (countOomKills() ?? 0) > killsBefore) yield outOfMemory(KILLED)
      else if (OUT_OF_MEMORY.test(printed)) yield outOfMemory(`The trainer process died: ${how} ${printed}`)
      else yield crashed(`${how} ${printed}`.trim())
    },
    checkpointAndExit: () => {
      child.kill('SIGTERM')
    },
    stopEarly: () => {
      child.kill('SIGUSR2')
    },
    kill: () => {
      killed = true
      child.kill('SIGKILL')
    },
  }
}

/** A process that is killed while it writes leaves half a line. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function crashed(detail: string): TrainEvent {
  return {
    type: 'failed',
    code: 'trainer_crashed',
    fault: 'infra',
    retryable: true,
    detail: `The trainer process died: ${detail}`,
  }
}

const KILLED =
  'The system has killed the trainer process (SIGKILL) because the machine ran out of memory; a smaller batch, image or model needs less.'
/** What V8, C++ and libc print that get no more memory, before they abort. */
const OUT_OF_MEMORY = /heap out of memory|bad_alloc|Cannot allocate memory|CUDA out of memory/i

const outOfMemory = (detail: string): TrainEvent => ({
  type: 'failed',
  code: 'out_of_memory',
  fault: 'capacity',
  retryable: true,
  detail,
})

/** Lines as they are asked for: a reader that falls behind makes the writer wait, once the pipe is full. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

function ending(child: ChildProcess): Promise<string> {
  const describe = (): string =>
    child.signalCode === null ? `exit code ${child.exitCode}.` : `signal ${child.signalCode}.`
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(describe())
  return new Promise((resolve) => {
    child.once('close', () => {
      resolve(describe())
    })
  })
}
