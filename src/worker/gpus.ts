import { execFile } from 'node:child_process'

/** What a GPU of this machine does now, whichever process uses it. */
export interface GpuUse {
  /** As `nvidia-smi` numbers them. */
  index: string
  name: string
  /** Part of the last sample in which a kernel ran, 0 to 1; undefined where the driver does not tell, as of a GPU in slices. */
  utilization: number | undefined
  memoryUsedBytes: number | undefined
  memoryTotalBytes: number | undefined
}

const QUERY = ['index', 'name', 'utilization.gpu', 'memory.used', 'memory.total']
const ANSWERS_WITHIN_MS = 5000
const MIB = 2 ** 20

/** The GPUs of this machine by NVML, as `nvidia-smi` reads it; none where there is no such program, no driver, or no answer. */
export function readGpus(): Promise<GpuUse[]> {
  const words = [`--query-gpu=${QUERY.join(',')}`, '--format=csv,noheader,nounits']
  return new Promise((resolve) => {
    execFile('nvidia-smi', words, { timeout: ANSWERS_WITHIN_MS }, (error, output) => {
      resolve(error === null ? output.split('\n').flatMap(gpuOf) : [])
    })
  })
}

function gpuOf(line: string): GpuUse[] {
  const cells = line.split(',').map((cell) => cell.trim())
  const [index, name, utilization, used, total] = cells
  if (cells.length !== QUERY.length || index === undefined || name === undefined) return []
  return [
    {
      index,
      name,
      utilization: times(utilization, 0.01),
      memoryUsedBytes: times(used, MIB),
      memoryTotalBytes: times(total, MIB),
    },
  ]
}

/** What is not known reads `[N/A]` or the like. */
const times = (cell: string | undefined, unit: number): number | undefined =>
  cell !== undefined && /^\d+(?:\.\d+)?$/.test(cell) ? Number(cell) * unit : undefined
