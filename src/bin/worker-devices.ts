import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { AppError } from '../errors.ts'
import type { WorkerDevice } from '../service/worker-resources.ts'
import type { DeviceChoice } from '../worker-config.ts'

const ASKED_FOR_MS = 10_000
const MEBIBYTE = 2 ** 20

type Environment = Readonly<Record<string, string | undefined>>

/** What a trainer is started with, so that it has certain devices of its worker and no others. */
interface TrainerPlace {
  threads: number
  environment: Record<string, string>
}

interface WorkerDevices {
  devices: WorkerDevice[]
  /** @param places of the devices, from 0. @param threads of the whole machine */
  placeOf(places: readonly number[], threads: number): TrainerPlace
}

/**
 * GPUs that processes of this environment may use, as CUDA_VISIBLE_DEVICES names them. No engine is loaded to look: a GPU is there when its
 * device file is. A container has the files of its own GPUs, which may have any number, and CUDA counts them from 0.
 */
export function visibleGpus(environment: Environment, files: readonly string[] = deviceFiles()): string[] {
  const found = files.filter((name) => /^nvidia\d+$/.test(name)).map((_, number) => String(number))
  const visible = environment['CUDA_VISIBLE_DEVICES']
  if (visible === undefined || found.length === 0) return found
  return visible.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

export const hasGpu = (): boolean => visibleGpus(process.env).length > 0

/**
 * The devices that a worker is asked to have.
 * @throws AppError `config_invalid` for a GPU that is not there
 */
export async function openDevices(
  choice: DeviceChoice,
  environment: Environment,
  gpus: readonly string[] = visibleGpus(environment),
): Promise<WorkerDevices> {
  if (choice.kind === 'cpu') return cpuDevices(choice.parts)
  if (choice.kind === 'auto') return gpus.length === 0 ? cpuDevices(1) : gpuDevices(gpus)
  if (gpus.length === 0)
    throw new AppError('config_invalid', 'ANNEAL_WORKER_DEVICES asks for a GPU, and this machine has none.')
  const { numbers = gpus.map((_, number) => number) } = choice
  return gpuDevices(
    numbers.map((number) => {
      const gpu = gpus[number]
      if (gpu !== undefined) return gpu
      throw new AppError(
        'config_invalid',
        `ANNEAL_WORKER_DEVICES asks for gpu:${number}; this machine has ${gpus.length === 1 ? 'gpu:0 alone' : `gpu:0 to gpu:${gpus.length - 1}`}.`,
      )
    }),
  )
}

/** Parts of the CPU: each has its share of threads and of memory. */
function cpuDevices(parts: number): WorkerDevices {
  const model = cpus()[0]?.model.trim() ?? ''
  const limit = process.constrainedMemory()
  const memory = limit > 0 ? Math.min(totalmem(), limit) : totalmem()
  const device = { name: model === '' ? 'CPU' : model, kind: 'cpu', memoryBytes: Math.floor(memory / parts) } as const
  return {
    devices: Array.from({ length: parts }, () => device),
    placeOf: ({ length }, threads) => ({
      threads: Math.max(1, Math.floor(threads / parts)) * length,
      environment: { CUDA_VISIBLE_DEVICES: '' },
    }),
  }
}

/** Numbers are those of `nvidia-smi`, which counts by the bus; CUDA by itself counts from the fastest one. */
async function gpuDevices(gpus: readonly string[]): Promise<WorkerDevices> {
  return {
    devices: await Promise.all(gpus.map(gpuDevice)),
    placeOf: (places, threads) => ({
      // Of each of its processes.
      threads: Math.max(1, Math.floor(threads / gpus.length)),
      environment: {
        CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
        CUDA_VISIBLE_DEVICES: places.map((place) => gpus[place]).join(','),
      },
    }),
  }
}

function deviceFiles(): string[] {
  try {
    return readdirSync('/dev')
  } catch {
    return []
  }
}

/** Name and memory as the driver says them, where its tool is installed. */
async function gpuDevice(gpu: string): Promise<WorkerDevice> {
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits', '-i', gpu]
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
