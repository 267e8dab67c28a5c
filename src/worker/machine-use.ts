import { cpus, freemem, totalmem } from 'node:os'
import { readGpus, type GpuUse } from './gpus.ts'

/** Fractions by key: `system/cpu`, `system/memory`, and of each GPU `system/gpu` and `system/gpuMemory`, with its index where there are several. */
type MachineUse = Record<string, number>

export interface Machine {
  now(): number
  /** Times of all processors since some moment, milliseconds. */
  cpuTimes(): { busy: number; all: number }
  memory(): { used: number; total: number }
  gpus(): Promise<GpuUse[]>
}

/** More often, it would say little more, and ask the driver for nothing. */
const EVERY_MS = 10_000

export const THIS_MACHINE: Machine = {
  now: () => performance.now(),
  cpuTimes() {
    const times = cpus().map((cpu) => cpu.times)
    const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
    return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) }
  },
  memory: () => ({ used: totalmem() - freemem(), total: totalmem() }),
  gpus: readGpus,
}

/**
 * How much of the machine is in use, whoever uses it: processors since the last reading, the rest at the moment. Between readings, and at first,
 * there is nothing.
 */
export function machineUse(machine: Machine = THIS_MACHINE): () => Promise<MachineUse> {
  let readAt = machine.now()
  let before = machine.cpuTimes()
  let hasGpus = true
  return async () => {
    if (machine.now() - readAt < EVERY_MS) return {}
    readAt = machine.now()
    const times = machine.cpuTimes()
    const [busy, all] = [times.busy - before.busy, times.all - before.all]
    before = times
    const { used, total } = machine.memory()
    const gpus = hasGpus ? await machine.gpus() : []
    hasGpus = gpus.length > 0
    return {
      ...(all > 0 ? { 'system/cpu': busy / all } : {}),
      'system/memory': used / total,
      ...Object.fromEntries(gpus.flatMap((gpu) => gpuUse(gpu, gpus.length > 1 ? gpu.index : ''))),
    }
  }
}

function gpuUse({ utilization, memoryUsedBytes, memoryTotalBytes }: GpuUse, index: string): [string, number][] {
  const memory =
    memoryUsedBytes === undefined || memoryTotalBytes === undefined ? undefined : memoryUsedBytes / memoryTotalBytes
  return [
    ...(utilization === undefined ? [] : ([[`system/gpu${index}`, utilization]] as [string, number][])),
    ...(memory === undefined ? [] : ([[`system/gpuMemory${index}`, memory]] as [string, number][])),
  ]
}
