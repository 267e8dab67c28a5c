import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import type { Report } from '../../../src/evaluation/report.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { classFolders } from '../../helpers/archives.ts'
import { torch } from '../../helpers/engine.ts'
import { series, trainOnDevices, type RankRun } from '../../helpers/rank-runs.ts'
import { trainingOn, type Training } from '../../helpers/training.ts'

const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 32,
  precision: 'float32',
  budget: { steps: 200 },
  loss: { name: 'cross-entropy', labelSmoothing: 0.1 },
  schedule: { name: 'linear', learningRate: 0.005 },
  averaging: 'ema',
  augment: ['random-crop'],
  mix: 'none',
}

const TWO = { devices: 2, synchronisedNorms: true }

let training: Training
beforeAll(async () => {
  training = await trainingOn(classFolders(3, 80), await torch(), SPEC)
})
afterAll(() => training.remove())

const run = (spec: object, options: Omit<RankRun, 'resolution' | 'folder'>) =>
  trainOnDevices({
    resolution: resolveSpec({ ...SPEC, ...spec }, training.dataset.manifest),
    folder: training.folder,
    ...options,
  })

/** Largest relative difference of two series of the same length. */
function difference(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length)
  return Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value) / value))
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The processes that a process has started. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

describe('training on several devices', () => {
  it('has the losses of one device', async () => {
    const one = await run({}, { out: 'one', pauseAt: 0.45 })
    const two = await run({}, { out: 'two', parallel: TWO, pauseAt: 0.45 })
    const onTwoThreads = await run({}, { out: 'one on two threads', threads: 2, pauseAt: 0.45 })
    expect(two.at(-1)?.type).toBe('paused')
    const losses = series(one, 'train/loss')
    expect(losses).toHaveLength(90)
    expect(mean(losses.slice(-10))).toBeLessThan(0.8 * mean(losses.slice(0, 10)))
    expect(difference(series(two, 'train/loss').slice(0, 30), losses.slice(0, 30))).toBeLessThan(1e-6)
    // Sooner or later a ReLU whose input is nearly zero is on one side here and on the other there, which no rounding undoes: from then on
    // they differ as much as one device does with another number of threads. When that happens differs with the version of oneDNN.
    const rounding = difference(series(onTwoThreads, 'train/loss'), losses)
    expect(rounding).toBeLessThan(0.05)
    expect(difference(series(two, 'train/loss'), losses)).toBeLessThan(1e-4 + 3 * rounding)
    expect(difference(series(two, 'val/loss'), series(one, 'val/loss'))).toBeLessThan(1e-3 + 30 * rounding)
  })

  it('augments and mixes images as one device does, and goes on from a checkpoint on another number', async () => {
    const spec = { budget: { steps: 20 }, augment: ['random-crop', 'horizontal-flip'], mix: 'cutmix' }
    const one = await run(spec, { out: 'mixed' })
    // Its sums are rounded otherwise, and training amplifies that.
    const onTwoThreads = await run(spec, { out: 'threads', threads: 2 })
    const paused = await run(spec, { out: 'moved', parallel: TWO, pauseAt: 0.5 })
    const resumed = await run(spec, { out: 'moved' })
    expect([paused, resumed].map((events) => events.at(-1)?.type)).toEqual(['paused', 'succeeded'])
    const losses = [paused, resumed].flatMap((events) => series(events, 'train/loss'))
    const rounding = difference(series(onTwoThreads, 'train/loss'), series(one, 'train/loss'))
    expect(rounding).toBeLessThan(1e-2)
    expect(difference(losses, series(one, 'train/loss'))).toBeLessThan(1e-5 + 10 * rounding)
    expect(difference(losses.slice(0, 8), series(one, 'train/loss').slice(0, 8))).toBeLessThan(1e-5)
    const [seen, expected] = ['moved', 'mixed'].map((out) => training.checkpoint(out, 'last').info.seen)
    expect(seen).toEqual(expected)
  })

  it('has nearly the losses of float32 where gradients are compressed', async () => {
    const budget = { budget: { steps: 30 } }
    const plain = await run(budget, { out: 'plain', parallel: TWO })
    const compressed = await run(budget, { out: 'compressed', parallel: { ...TWO, compressGradients: true } })
    const [found, expected] = [compressed, plain].map((events) => series(events, 'train/loss')) as [number[], number[]]
    expect(found).not.toEqual(expected)
    expect(difference(found.slice(0, 10), expected.slice(0, 10))).toBeLessThan(2 ** -8)
    expect(Math.abs(mean(found) - mean(expected)) / mean(expected)).toBeLessThan(0.02)
    expect(compressed.at(-1)?.type).toBe('succeeded')
  })

  it('ends together where the budget is time', async () => {
    const events = await run({ budget: { minutes: 0.05 } }, { out: 'timed', parallel: TWO })
    expect(events.at(-1)?.type).toBe('succeeded')
  })

  it('learns with norms over each share, and micro-batches', async () => {
    const spec = {
      budget: { epochs: 12 },
      schedule: { name: 'linear', learningRate: 0.05 },
      optimizer: { name: 'sgd', accumulation: 2 },
    }
    const events = await run(spec, { out: 'learns', parallel: { devices: 2 } })
    const last = events.at(-1)
    expect(last?.type).toBe('succeeded')
    expect((last as { report: Report }).report.accuracy).toBeGreaterThan(0.8)
  })

  it('ends at once when a process dies, and goes on from the checkpoint', async () => {
    let killed = false
    const events = await run(
      {},
      {
        out: 'dies',
        parallel: TWO,
        onEvent(event, { pid = 0 }) {
          if (killed || event.type !== 'checkpoint' || event.kind !== 'last') return
          for (const child of childrenOf(pid)) process.kill(child, 'SIGKILL')
          killed = true
        },
      },
    )
    expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'rank_lost', fault: 'infra', retryable: true })
    expect((events.at(-1) as { detail: string }).detail).toContain('Rank 1 of 2 failed')
    let interrupted = false
    const again = await run(
      {},
      {
        out: 'dies',
        parallel: TWO,
        onEvent(event, trainer) {
          if (event.type === 'metrics' && !interrupted) trainer.checkpointAndExit()
          interrupted ||= event.type === 'metrics'
        },
      },
    )
    expect(again[0]).toMatchObject({ type: 'started' })
    expect((again[0] as { startStep: number }).startStep).toBeGreaterThan(0)
    expect(again.at(-1)).toMatchObject({ type: 'interrupted' })
  })

  it('refuses a batch that cannot be shared evenly', async () => {
    const events = await run({ batchSize: 30 }, { out: 'uneven', parallel: { devices: 4 } })
    expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'invalid_spec', fault: 'user', retryable: false })
  })
})
