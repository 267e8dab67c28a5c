import { createRequire } from 'node:module'
import { AppError } from '../../errors.ts'

export type Values = Float32Array | Int32Array | Uint8Array

/** What native/src/addon.cc exports. */
export interface Native {
  readonly commands: Float64Array
  readonly opcodes: Readonly<Record<string, number>>
  readonly device: 'cpu' | 'cuda'
  /** `CPU`, or what CUDA calls the device. */
  readonly deviceName: string
  readonly version: string
  /** Runs the command in `commands`; the `handles` numbers after it are the handles that it mentions. */
  exec(length: number, handles: number): void
  release(handle: number, recorded: boolean): void
  upload(handle: number, values: Values, shape: readonly number[], recorded: boolean): void
  overwrite(handle: number, values: Values): void
  stage(handle: number, pixels: Uint8Array): void
  download(handle: number, into: Values): void
  captureBegin(): number
  captureEnd(run: boolean): void
  captureRun(tape: number): void
  captureDispose(tape: number): void
  /** Announces this process to the others of its group. */
  groupOpen(rank: number, worldSize: number, store: string, timeoutMs: number, address: string, compress: boolean): void
  groupArrived(): number
  groupConnect(): void
  groupSum(values: Float64Array | Float32Array): void
  groupBroadcast(values: Float32Array): void
  groupClose(): void
  setThreads(threads: number): void
  setBfloat16(on: boolean): void
  setProfile(on: boolean): void
  memory(): [tensors: number, bytes: number]
  profile(): [kernel: string, calls: number, milliseconds: number][]
}

const require = createRequire(import.meta.url)

/**
 * Loads the addon.
 * @throws AppError `engine_unavailable` when it is not built or its libraries are missing.
 */
export function loadNative(): Native {
  const path = builtAddon()
  try {
    return require(path) as Native
  } catch (cause) {
    throw new AppError(
      'engine_unavailable',
      `The torch engine does not load: ${cause instanceof Error ? cause.message : String(cause)}. Install libtorch (apt-get install libtorch-dev) and run \`npm run build:native\`.`,
      { cause },
    )
  }
}

function builtAddon(): string {
  try {
    return require.resolve('#native/anneal_torch.node')
  } catch (cause) {
    throw new AppError(
      'engine_unavailable',
      'The torch engine is not built: native/build/anneal_torch.node is missing. Run `npm run build:native`.',
      { cause },
    )
  }
}

/** Runs what may fail in C++. */
export function guarded<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw kernelError(error)
  }
}

/** A failure in C++ as an AppError that names the kernel and its shapes; anything else as it is. */
function kernelError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'rank_lost')
    return new AppError('rank_lost', `Another process of the run does not answer: ${error.message}`, {
      cause: error,
      retryable: true,
    })
  if (error.code !== 'kernel_failed' && error.code !== 'out_of_memory') return error
  return new AppError(error.code, error.message.split('\n', 1)[0] ?? error.message, { cause: error })
}
