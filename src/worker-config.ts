import type { EnvReader } from './env-reader.ts'
import { AppError } from './errors.ts'

/** What a worker has, and whom it works for. */
export interface WorkerConfig {
  /** `auto`: a GPU where there is one. */
  readonly device: 'auto' | 'cpu' | 'gpu'
  /** Which GPU, from 0; undefined: the first that the engine finds. */
  readonly deviceIndex: number | undefined
  readonly labels: readonly string[]
  /** That it serves, in order of preference; the first is its own. */
  readonly pools: readonly string[]
}

/** As `LABEL_PATTERN` (src/service/job-needs.ts) has them. */
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9._=/-]{0,61}[A-Za-z0-9])?$/
const MAX_LABELS = 16
const DEFAULT_POOL = 'default'

/** Reads ANNEAL_WORKER_DEVICES, ANNEAL_WORKER_LABELS, ANNEAL_WORKER_POOL and ANNEAL_POOL_OVERFLOW. @throws AppError `config_invalid` */
export function readWorkerConfig(env: EnvReader): WorkerConfig {
  const pool = labels(env, 'ANNEAL_WORKER_POOL')
  if (pool.length > 1)
    throw new AppError(
      'config_invalid',
      `ANNEAL_WORKER_POOL names ${pool.length} pools; a worker is of one, and takes over from those of ANNEAL_POOL_OVERFLOW.`,
    )
  const own = pool[0] ?? DEFAULT_POOL
  return {
    ...readDevice(env),
    labels: labels(env, 'ANNEAL_WORKER_LABELS'),
    pools: [own, ...labels(env, 'ANNEAL_POOL_OVERFLOW').filter((name) => name !== own)],
  }
}

function readDevice(env: EnvReader): Pick<WorkerConfig, 'device' | 'deviceIndex'> {
  const text = env.nonEmpty('ANNEAL_WORKER_DEVICES') ?? 'auto'
  const [, device, index] = /^(auto|cpu|gpu)(?::(\d{1,3}))?$/.exec(text) ?? []
  const isIndexed = index !== undefined
  if (device === undefined || (isIndexed && device !== 'gpu'))
    throw new AppError(
      'config_invalid',
      `ANNEAL_WORKER_DEVICES is ${JSON.stringify(text)}; auto, cpu, gpu, or a GPU by its number such as gpu:1 is expected. A worker has one device: start one for each.`,
    )
  return { device: device as WorkerConfig['device'], deviceIndex: isIndexed ? Number(index) : undefined }
}

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
