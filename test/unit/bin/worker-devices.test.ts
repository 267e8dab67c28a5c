import { describe, expect, it } from 'vitest'
import { openDevices, visibleGpus } from '../../../src/bin/worker-devices.ts'
import { readConfig } from '../../../src/config.ts'

const chosen = (text: string) => readConfig({ ANNEAL_WORKER_DEVICES: text }).worker.devices
const open = (text: string, gpus: readonly string[]) => openDevices(chosen(text), {}, gpus)

describe('ANNEAL_WORKER_DEVICES', () => {
  it('names the CPU, its parts, or GPUs', () => {
    expect(readConfig({}).worker.devices).toEqual({ kind: 'auto' })
    expect(chosen('cpu')).toEqual({ kind: 'cpu', parts: 1 })
    expect(chosen('cpu:2')).toEqual({ kind: 'cpu', parts: 2 })
    expect(chosen('gpu')).toEqual({ kind: 'gpu', numbers: undefined })
    expect(chosen('gpu:2, gpu:0')).toEqual({ kind: 'gpu', numbers: [2, 0] })
  })

  it.each([
    ['cpu:0', 'a CPU of 1 to 64 devices is expected'],
    ['cpu:65', 'a CPU of 1 to 64 devices is expected'],
    ['gpu:1,gpu:1', 'each GPU once is expected'],
    ['cpu,gpu', 'or GPUs by number such as gpu:0,gpu:2 is expected'],
    ['gpu:0,cpu:2', 'gpu:0,gpu:2 is expected'],
    ['tpu', 'auto, cpu, cpu:2 for the CPU as two devices, gpu'],
    ['gpu:', 'gpu:0,gpu:2 is expected'],
  ])('is refused as %s', (text, expected) => {
    expect(() => chosen(text)).toThrow(expect.objectContaining({ code: 'config_invalid' }) as Error)
    expect(() => chosen(text)).toThrow(expected)
  })
})

describe('the devices of a worker', () => {
  it('are parts of the CPU, which share its threads and its memory', async () => {
    const { devices, placeOf } = await open('cpu:3', ['0'])
    const [whole] = (await open('auto', [])).devices
    expect(devices).toHaveLength(3)
    expect(devices[0]).toMatchObject({ kind: 'cpu', memoryBytes: Math.floor((whole?.memoryBytes ?? 0) / 3) })
    expect(placeOf([1], 8)).toEqual({ threads: 2, environment: { CUDA_VISIBLE_DEVICES: '' } })
    expect(placeOf([0, 2], 8).threads).toBe(4)
    expect(placeOf([0, 2], 1).threads).toBe(2)
  })

  it('are every GPU, or those that are named, of which a trainer sees its own', async () => {
    expect((await open('auto', ['0', '1'])).devices).toMatchObject([{ kind: 'gpu' }, { kind: 'gpu' }])
    const { devices, placeOf } = await open('gpu:3,gpu:1', ['4', '5', '6', '7'])
    expect(devices).toHaveLength(2)
    expect(placeOf([0, 1], 8)).toEqual({
      threads: 4,
      environment: { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: '7,5' },
    })
    expect(placeOf([1], 8).environment['CUDA_VISIBLE_DEVICES']).toBe('5')
  })

  it('are refused where they are not there', async () => {
    await expect(open('gpu', [])).rejects.toThrow('asks for a GPU, and this machine has none')
    await expect(open('gpu:1', ['0'])).rejects.toThrow('asks for gpu:1; this machine has gpu:0 alone')
    await expect(open('gpu:2', ['0', '1'])).rejects.toThrow('this machine has gpu:0 to gpu:1')
  })

  it('are counted from 0 in a container, and are those that CUDA may see', () => {
    expect(visibleGpus({}, ['null', 'nvidia3', 'nvidia6', 'nvidiactl', 'nvidia-uvm'])).toEqual(['0', '1'])
    expect(visibleGpus({ CUDA_VISIBLE_DEVICES: '1,GPU-a' }, ['nvidia0', 'nvidia1'])).toEqual(['1', 'GPU-a'])
    expect(visibleGpus({ CUDA_VISIBLE_DEVICES: '' }, ['nvidia0'])).toEqual([])
    expect(visibleGpus({ CUDA_VISIBLE_DEVICES: '0' }, [])).toEqual([])
  })
})
