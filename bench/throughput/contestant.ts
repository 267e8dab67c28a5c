import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { GroupOptions } from '../../src/engine/distributed/collective.ts'

/** What a contestant process is asked to do, as JSON in its first argument. */
export interface Workload {
  mode: 'training' | 'inference'
  model: string
  size: number
  channels: number
  batch: number
  classes: number
  precision: 'float32' | 'bfloat16'
  threads: number
  /** Where torch computes; ours takes a GPU where its libtorch has CUDA and there is one. */
  device?: 'cpu' | 'cuda'
  memoryFormat?: 'default' | 'channels_last'
  /** Of ours: the processes that take each step together, on as many images each. */
  group?: GroupOptions
}

/** A process that has warmed up and runs training steps when it is told to. */
export interface Contestant {
  /** Version of what computes. */
  readonly version: string
  /** Milliseconds of each of `count` steps. */
  steps(count: number): Promise<number[]>
  /** Ends it; answers its peak resident memory. */
  finish(): Promise<number>
}

/**
 * Starts a process that speaks in JSON lines: it writes `{version}` when it is warm, `{milliseconds}` for each number it reads, and
 * `{peakBytes}` at the end of its input.
 * @throws Error with the process' last words when it fails.
 */
export async function startContestant(
  command: readonly [string, ...string[]],
  workload: object,
  environment: Record<string, string>,
): Promise<Contestant> {
  const [file, ...args] = command
  const child = spawn(file, [...args, JSON.stringify(workload)], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-4000)))
  child.stdin.on('error', () => undefined)
  const closed = new Promise((resolve) => child.once('close', resolve))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done !== true) return JSON.parse(line.value)
    await closed
    throw new Error(words.trim().split('\n').at(-1) ?? 'it ended')
  }
  const { version } = (await answer()) as { version: string }
  return {
    version,
    async steps(count) {
      child.stdin.write(`${count}\n`)
      return ((await answer()) as { milliseconds: number[] }).milliseconds
    },
    async finish() {
      child.stdin.end()
      return ((await answer()) as { peakBytes: number }).peakBytes
    },
  }
}
