import { isIP } from 'node:net'
import type { EnvReader } from './env-reader.ts'
import { AppError } from './errors.ts'

/** The devices of a worker, as they are asked for. */
export type DeviceChoice =
  /** Every GPU, or the CPU where there is none. */
  | { readonly kind: 'auto' }
  /** The CPU, as so many devices that share its threads. */
  | { readonly kind: 'cpu'; readonly parts: number }
  /** GPUs by their numbers from 0; undefined: every one. */
  | { readonly kind: 'gpu'; readonly numbers: readonly number[] | undefined }

/** What a worker has, and whom it works for. */
export interface WorkerConfig {
  readonly devices: DeviceChoice
  readonly labels: readonly string[]
  /** That it serves, in order of preference; the first is its own. */
  readonly pools: readonly string[]
  /** Where other workers reach it; undefined: at the address from which it reaches the database. null: it takes part in no job of several workers. */
  readonly address: string | null | undefined
}

/** As `LABEL_PATTERN` (src/service/job-needs.ts) has them. */
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9._=/-]{0,61}[A-Za-z0-9])?$/
const MAX_LABELS = 16
/** As many as one task may have (src/train/process/max-devices.ts). */
const MAX_DEVICES = 64
const DEFAULT_POOL = 'default'

/** Reads ANNEAL_WORKER_DEVICES, ANNEAL_WORKER_LABELS, ANNEAL_WORKER_POOL, ANNEAL_POOL_OVERFLOW and ANNEAL_WORKER_ADDRESS. @throws AppError `config_invalid` */
export function readWorkerConfig(env: EnvReader): WorkerConfig {
  const pool = labels(env, 'ANNEAL_WORKER_POOL')
  if (pool.length > 1)
    throw new AppError(
      'config_invalid',
      `ANNEAL_WORKER_POOL names ${pool.length} pools; a worker is of one, and takes over from those of ANNEAL_POOL_OVERFLOW.`,
    )
  const own = pool[0] ?? DEFAULT_POOL
  return {
    devices: readDevices(env.nonEmpty('ANNEAL_WORKER_DEVICES') ?? 'auto'),
    labels: labels(env, 'ANNEAL_WORKER_LABELS'),
    pools: [own, ...labels(env, 'ANNEAL_POOL_OVERFLOW').filter((name) => name !== own)],
    address: readAddress(env.nonEmpty('ANNEAL_WORKER_ADDRESS')),
  }
}

function readAddress(text: string | undefined): string | null | undefined {
  if (text === undefined || isIP(text) !== 0) return text
  if (text === 'none') return null
  throw new AppError(
    'config_invalid',
    `ANNEAL_WORKER_ADDRESS is ${JSON.stringify(text)}; an IP address of this host is expected, or none.`,
  )
}

function readDevices(text: string): DeviceChoice {
  if (text === 'auto') return { kind: 'auto' }
  if (text === 'gpu') return { kind: 'gpu', numbers: undefined }
  const parts = /^cpu(?::(\d{1,9}))?$/.exec(text)
  if (parts !== null) return cpuParts(text, Number(parts[1] ?? 1))
  const numbers = text.split(',').map((entry) => Number(/^\s*gpu:(\d{1,3})\s*$/.exec(entry)?.[1] ?? NaN))
  if (numbers.some(Number.isNaN))
    throw invalid(text, 'auto, cpu, cpu:2 for the CPU as two devices, gpu, or GPUs by number such as gpu:0,gpu:2')
  if (new Set(numbers).size < numbers.length) throw invalid(text, 'each GPU once')
  if (numbers.length > MAX_DEVICES) throw invalid(text, `at most ${MAX_DEVICES} GPUs`)
  return { kind: 'gpu', numbers }
}

function cpuParts(text: string, parts: number): DeviceChoice {
  if (parts < 1 || parts > MAX_DEVICES) throw invalid(text, `a CPU of 1 to ${MAX_DEVICES} devices`)
  return { kind: 'cpu', parts }
}

const invalid = (text: string, expected: string): AppError =>
  new AppError('config_invalid', `ANNEAL_WORKER_DEVICES is ${JSON.stringify(text)}; ${expected} is expected.`)

function labels(env: EnvReader, name: string): string[] {
  const all = [...new Set(env.list(name))]
  const wrong = all.find((label) => !LABEL.test(label))
  if (wrong !== undefined)
    throw new AppError(
      'config_invalid',
      `${name} has ${JSON.stringify(wrong)}; up to 63 letters, digits and . _ = / - between them are expected.`,
    )
  if (all.length > MAX_LABELS)
    throw new AppError('config_invalid', `${name} has ${all.length} values; at most ${MAX_LABELS} are expected.`)
  return all
}
