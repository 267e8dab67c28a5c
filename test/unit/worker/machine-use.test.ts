import { expect, it } from 'vitest'
import type { GpuUse } from '../../../src/worker/gpus.ts'
import { machineUse, THIS_MACHINE, type Machine } from '../../../src/worker/machine-use.ts'

const gpu = (index: string): GpuUse => ({
  index,
  name: 'H200',
  utilization: 0.9,
  memoryUsedBytes: 1,
  memoryTotalBytes: 4,
})

function machine(gpus: GpuUse[]) {
  const state = { ms: 0, busy: 0, asked: 0 }
  const made: Machine = {
    now: () => state.ms,
    cpuTimes: () => ({ busy: state.busy, all: 2 * state.ms }),
    memory: () => ({ used: 1, total: 2 }),
    gpus: () => {
      state.asked++
      return Promise.resolve(gpus)
    },
  }
  return { state, read: machineUse(made) }
}

it('is read every ten seconds, processors over the time since', async () => {
  const { state, read } = machine([])
  expect(await read()).toEqual({})
  Object.assign(state, { ms: 10_000, busy: 5000 })
  expect(await read()).toEqual({ 'system/cpu': 0.25, 'system/memory': 0.5 })
  expect(await read()).toEqual({})
  Object.assign(state, { ms: 20_000, busy: 25_000 })
  expect(await read()).toEqual({ 'system/cpu': 1, 'system/memory': 0.5 })
  expect(state.asked).toBe(1)
})

it('has the GPUs, by their indices where there are several', async () => {
  for (const [gpus, keys] of [
    [[gpu('0')], ['system/gpu', 'system/gpuMemory']],
    [
      [gpu('0'), gpu('1')],
      ['system/gpu0', 'system/gpuMemory0', 'system/gpu1', 'system/gpuMemory1'],
    ],
    [[{ ...gpu('0'), utilization: undefined }], ['system/gpuMemory']],
  ] as const) {
    const { state, read } = machine([...gpus])
    state.ms = 10_000
    expect(Object.keys(await read())).toEqual(['system/cpu', 'system/memory', ...keys])
  }
})

it('is a fraction on this machine', () => {
  const { busy, all } = THIS_MACHINE.cpuTimes()
  const { used, total } = THIS_MACHINE.memory()
  expect(busy / all).toBeGreaterThan(0)
  expect(busy / all).toBeLessThan(1)
  expect(used / total).toBeGreaterThan(0)
  expect(used / total).toBeLessThan(1)
})
