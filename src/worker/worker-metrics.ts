import { Counter, Gauge } from 'prom-client'
import { processRegistry } from '../metrics/registry.ts'
import type { Progress } from '../service/resources.ts'
import { readGpus, type GpuUse } from './gpus.ts'

/** The metrics of this worker process. */
export const workerRegistry = processRegistry()
const registers = [workerRegistry]

export const laneBusy = new Gauge({
  name: 'anneal_worker_busy',
  help: 'What this worker works on, by lane.',
  labelNames: ['lane'] as const,
  registers,
})
export const leaseLosses = new Counter({
  name: 'anneal_lease_losses_total',
  help: 'Leases that this worker lost while it worked.',
  registers,
})
export const reconcileFailures = new Counter({
  name: 'anneal_reconcile_failures_total',
  help: 'Rounds of the work behind the scenes (sweeps, outbox, removal of blobs) that failed.',
  registers,
})
const steps = new Counter({
  name: 'anneal_training_steps_total',
  help: 'Training steps that this worker has reported.',
  registers,
})
const throughput = new Gauge({
  name: 'anneal_training_images_per_second',
  help: 'Images that the jobs of this worker train on in a second; 0 without any.',
  registers,
})
const dataWait = new Gauge({
  name: 'anneal_training_data_wait_ratio',
  help: 'Part of their time that the jobs of this worker wait for data, 0 to 1.',
  registers,
})

/** One reading for the gauges that are collected at the same time. */
let reading: Promise<GpuUse[]> | undefined
const gpus = (): Promise<GpuUse[]> =>
  (reading ??= readGpus().finally(() => {
    reading = undefined
  }))

function addGpuGauge(name: string, help: string, valueOf: (gpu: GpuUse) => number | undefined): void {
  new Gauge({
    name,
    help,
    labelNames: ['gpu', 'name'] as const,
    registers,
    async collect() {
      this.reset()
      for (const gpu of await gpus()) {
        const value = valueOf(gpu)
        if (value !== undefined) this.set({ gpu: gpu.index, name: gpu.name }, value)
      }
    },
  })
}

addGpuGauge(
  'anneal_gpu_utilization_ratio',
  'Part of the last sample in which a GPU of this machine ran a kernel, 0 to 1.',
  ({ utilization }) => utilization,
)
addGpuGauge(
  'anneal_gpu_memory_used_bytes',
  'Memory of a GPU of this machine that is in use.',
  ({ memoryUsedBytes }) => memoryUsedBytes,
)
addGpuGauge(
  'anneal_gpu_memory_total_bytes',
  'Memory of a GPU of this machine.',
  ({ memoryTotalBytes }) => memoryTotalBytes,
)

interface Reported {
  imagesPerSecond: number
  /** Part of its time. */
  waited: number
}

/** What the jobs of this worker have reported last, by their ids. */
const reported = new Map<string, Reported>()

function setGauges(): void {
  const jobs = [...reported.values()]
  throughput.set(jobs.reduce((sum, { imagesPerSecond }) => sum + imagesPerSecond, 0))
  dataWait.set(jobs.reduce((sum, { waited }) => sum + waited, 0) / Math.max(1, jobs.length))
}

/** What a job has reported, and how far it had got before. */
export function noteProgress(
  job: string,
  { step, imagesPerSecond }: Pick<Progress, 'step' | 'imagesPerSecond'>,
  { previousStep, waited }: { previousStep: number | undefined; waited: number | undefined },
): void {
  if (previousStep !== undefined) steps.inc(Math.max(0, step - previousStep))
  reported.set(job, { imagesPerSecond, waited: waited ?? reported.get(job)?.waited ?? 0 })
  setGauges()
}

/** Its devices are free. */
export function noteIdle(job: string): void {
  reported.delete(job)
  setGauges()
}
