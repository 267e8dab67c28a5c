import { describe, expect, it } from 'vitest'
import type { WorkerDevice } from '../../../src/service/worker-resources.ts'
import type { Trainer } from '../../../src/train/process/spawn.ts'
import { DevicePool } from '../../../src/worker/device-pool.ts'
import { ReadyTrainer } from '../../../src/worker/ready-trainer.ts'

const GIB = 2 ** 30
const gpu = (gibibytes: number | null): WorkerDevice => ({
  name: 'GPU',
  kind: 'gpu',
  memoryBytes: gibibytes === null ? null : gibibytes * GIB,
})

describe('the devices of a worker', () => {
  it('are of one job each, until that releases them', () => {
    const pool = new DevicePool([gpu(80), gpu(80), gpu(80)])
    expect(pool.take(2, {})).toEqual([0, 1])
    expect(pool.free).toEqual([2])
    expect(() => pool.take(2, {})).toThrow('claimed for 2 devices, and 1 are free')
    expect(pool.take(1, {})).toEqual([2])
    pool.release([1])
    expect(pool.free).toEqual([1])
    expect(pool.take(1, {})).toEqual([1])
    pool.release([0, 1, 2])
    expect(pool.free).toEqual([0, 1, 2])
  })

  it('are the preferred one of equal ones, and those with the least memory that is enough', () => {
    const pool = new DevicePool([gpu(80), gpu(24), gpu(24), gpu(null)])
    expect(pool.take(1, { memory: 8 * GIB }, 2)).toEqual([2])
    expect(pool.take(1, { memory: 40 * GIB }, 1)).toEqual([0])
    expect(() => pool.take(1, { memory: 40 * GIB })).toThrow('0 are free')
    expect(pool.take(2, {})).toEqual([1, 3])
  })

  it('are of the kind that a job asks for, and of one kind', () => {
    const pool = new DevicePool([{ name: 'CPU', kind: 'cpu', memoryBytes: GIB }, gpu(80), gpu(80)])
    expect(pool.take(2, {})).toEqual([1, 2])
    expect(() => pool.take(1, { device: 'gpu' })).toThrow('0 are free')
    expect(pool.take(1, { device: 'cpu' })).toEqual([0])
  })
})

describe('the trainer that is kept ready', () => {
  const spawned: { places: readonly number[]; killed: boolean }[] = []
  const spawn = (places: readonly number[]): Trainer => {
    const started = { places, killed: false }
    spawned.push(started)
    return { kill: () => void (started.killed = true) } as unknown as Trainer
  }

  it('is for one free device, and is given to the job of that device alone', () => {
    const ready = new ReadyTrainer(spawn)
    ready.prepare([1, 2])
    ready.prepare([1, 2])
    expect(ready.place).toBe(1)
    ready.take([2])
    expect(spawned.map(({ places }) => places)).toEqual([[1], [2]])
    ready.take([1])
    expect(spawned).toHaveLength(2)
    ready.prepare([])
    expect(ready.place).toBeUndefined()
    ready.prepare([0, 1])
    ready.take([0, 1])
    expect(spawned.slice(2)).toEqual([
      { places: [0], killed: true },
      { places: [0, 1], killed: false },
    ])
    ready.prepare([2])
    ready.kill()
    expect(spawned.at(-1)).toEqual({ places: [2], killed: true })
  })
})
