import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { AppError } from '../errors.ts'
import type { WorkerDevice } from '../service/worker-resources.ts'
import type { WorkerConfig } from '../worker-config.ts'

const ASKED_FOR_MS = 10_000
const MEBIBYTE = 2 ** 20

export const hasGpu = (index = 0): boolean => existsSync(`/dev/nvidia${index}`)

/**
 * The device of a worker. No engine is loaded to look: a GPU is there when its device file is.
 * @throws AppError `config_invalid` for a GPU that is not there
 */
export async function workerDevice({ device, deviceIndex }: WorkerConfig): Promise<WorkerDevice> {
  const found = hasGpu(deviceIndex)
  if (device === 'gpu' && !found)
    throw new AppError(
      'config_invalid',
      `ANNEAL_WORKER_DEVICES asks for a GPU, and there is no /dev/nvidia${deviceIndex ?? 0}.`,
    )
  return device === 'cpu' || !found ? cpuDevice() : gpuDevice(deviceIndex ?? 0)
}

/** The variables by which a trainer gets this device alone. */
export function deviceEnvironment({ device, deviceIndex }: WorkerConfig): Record<string, string> {
  if (device === 'cpu') return { CUDA_VISIBLE_DEVICES: '' }
  return deviceIndex === undefined ? {} : { CUDA_VISIBLE_DEVICES: String(deviceIndex) }
}

function cpuDevice(): WorkerDevice {
  const model = cpus()[0]?.model.trim() ?? ''
  const limit = process.constrainedMemory()
  return {
    name: model === '' ? 'CPU' : model,
    kind: 'cpu',
    memoryBytes: limit > 0 ? Math.min(totalmem(), limit) : totalmem(),
  }
}

/** Name and memory as the driver says them, where its tool is installed. */
async function gpuDevice(index: number): Promise<WorkerDevice> {
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits', '-i', String(index)]
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: ASKED_FOR_MS })
    return gpuOf(stdout)
  } catch {
    return { name: 'NVIDIA GPU', kind: 'gpu', memoryBytes: null }
  }
}

/** A line such as `NVIDIA H200, 143771`. */
function gpuOf(line: string): WorkerDevice {
  const [name = '', memory = ''] = line.split(',').map((part) => part.trim())
  return {
    name: name === '' ? 'NVIDIA GPU' : name,
    kind: 'gpu',
    memoryBytes: /^\d{1,9}$/.test(memory) ? Number(memory) * MEBIBYTE : null,
  }
}
