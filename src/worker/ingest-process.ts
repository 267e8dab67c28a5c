import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Links } from '../service/ports/blobs.ts'
import type { ChangedImages, DatasetChanges } from '../job-spec/dataset-changes.ts'
import type { IngestSettings } from '../service/dataset-options.ts'
import { collectOutput, type ProcessOutput } from '../train/process/output.ts'

/** What the ingest process says; `mayPass` of a failure that storage or disk has caused. */
export type IngestMessage =
  | { type: 'progress'; files: number; fraction: number }
  | { type: 'done'; manifest: unknown; report: unknown; changed?: ChangedImages; links?: Links }
  | { type: 'failed'; code: string; expected: boolean; detail: string; mayPass?: boolean }

export interface IngestLimits {
  /** The process' whole environment. */
  environment: Record<string, string>
  /** Resident memory at most. */
  memoryBytes: number
  /** Time for any upload, to which a second per megabyte is added. */
  baseSeconds: number
  /** The compiled entry of the ingest process. */
  script?: string
}

/** How an ingest process ended: by what it said, by a limit, or by itself. */
export type IngestEnd =
  Exclude<IngestMessage, { type: 'progress' }> | { type: 'memory' | 'time' | 'died'; how: string; mayPass?: boolean }

export interface IngestProcess {
  readonly end: Promise<IngestEnd>
  readonly output: ProcessOutput
  kill(): void
}

/** What the ingest process is to do. */
export interface IngestOrder {
  /** The upload's file; absent where nothing is appended to the base. */
  upload?: string
  /** The folder of the version that another is made of, and what changes. */
  base?: { folder: string; changes: DatasetChanges }
  settings: IngestSettings
  outDir: string
  /** The images of the upload are only unpacked, as they are, whatever their layout. */
  unpackOnly?: true
}

export interface IngestTask extends IngestOrder {
  uploadBytes: number
  onProgress: (read: { files: number; fraction: number }) => void
}

/** Flags of Node: a quarter less memory for 5 % more processor time, since V8 collects garbage sooner. */
export const INGEST_FLAGS = ['--optimize-for-size'] as const

const BYTES_PER_SECOND = 1e6
const MEMORY_CHECK_MS = 200
const PAGE_BYTES = 4096
const MEBIBYTE = 2 ** 20
/** V8 aborts when its heap is full. */
const ABORTED = { signal: 'SIGABRT', code: 134 }

/** Ingests an upload, or makes a version of another, in a separate process, which is killed when it takes more memory or time than it may. */
export function startIngest({ uploadBytes, onProgress, ...order }: IngestTask, limits: IngestLimits): IngestProcess {
  const seconds = Math.ceil(limits.baseSeconds + uploadBytes / BYTES_PER_SECOND)
  const entry = limits.script ?? createRequire(import.meta.url).resolve('#dist/bin/ingest.js')
  const child = fork(entry, {
    env: limits.environment,
    execArgv: [...INGEST_FLAGS, `--max-old-space-size=${Math.ceil(limits.memoryBytes / MEBIBYTE)}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  child.send(order, () => undefined)
  let said: IngestEnd | undefined
  let exceeded: IngestEnd | undefined
  const stop = (end: IngestEnd): void => {
    exceeded ??= end
    child.kill('SIGKILL')
  }
  const timer = setTimeout(stop, seconds * 1000, { type: 'time', how: `${seconds} s` })
  const memory = setInterval(() => {
    if (residentBytes(child) > limits.memoryBytes) stop({ type: 'memory', how: `${limits.memoryBytes} bytes` })
  }, MEMORY_CHECK_MS)
  const output = collectOutput(child)
  const end = new Promise<IngestEnd>((resolve) => {
    child.on('message', (message: IngestMessage) => {
      if (message.type === 'progress') onProgress({ files: message.files, fraction: message.fraction })
      else said = message
    })
    child.once('error', (error) => resolve({ type: 'died', how: error.message }))
    child.once('exit', (code, signal) => resolve(said ?? exceeded ?? death(code, signal, limits)))
  }).finally(() => {
    clearTimeout(timer)
    clearInterval(memory)
  })
  return {
    end,
    output,
    kill: () => void child.kill('SIGKILL'),
  }
}

function death(code: number | null, signal: NodeJS.Signals | null, { memoryBytes }: IngestLimits): IngestEnd {
  if (signal === ABORTED.signal || code === ABORTED.code) return { type: 'memory', how: `${memoryBytes} bytes` }
  return { type: 'died', how: signal ?? `exit code ${String(code)}` }
}

/** Zero where the system does not say, or the process has ended. */
function residentBytes({ pid }: ChildProcess): number {
  try {
    return Number(readFileSync(`/proc/${pid ?? 0}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
  } catch {
    return 0
  }
}
