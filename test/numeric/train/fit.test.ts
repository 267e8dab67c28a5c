import { createHash } from 'node:crypto'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../../src/data/ingest.ts'
import { openPacked } from '../../../src/data/open.ts'
import { decodePredictions } from '../../../src/evaluation/predictions.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import type { TrainEvent } from '../../../src/train/process/events.ts'
import { fit } from '../../../src/train/fit.ts'
import type { Report } from '../../../src/evaluation/report.ts'
import { relativeError } from '../../helpers/engine.ts'
import { classFolders, writeZip } from '../../helpers/archives.ts'
import { trainingOn, type Training } from '../../helpers/training.ts'

const SMALL = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 4 },
  schedule: { name: 'linear', learningRate: 0.05 },
  augment: ['random-crop'],
}

let engine: Engine
let training: Training
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  training = await trainingOn(classFolders(3, 60), engine, SMALL)
})
afterAll(() => training.remove())

const weightsHash = async (out: string, kind: string): Promise<string> => {
  const values = training.weights(out, kind)
  const hash = createHash('sha256')
  for (const [name, data] of [...values].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(new Uint8Array(data.buffer))
  return hash.digest('hex')
}

describe('training', () => {
  it('learns a small task, evaluates it on the test split, and calibrates', async () => {
    const events = await training.run({}, 'learns')
    const last = events.at(-1)
    expect(last?.type).toBe('succeeded')
    const report = (last as { report: Report }).report
    expect(report.accuracy).toBeGreaterThan(0.9)
    expect(report.split).toBe('test')
    expect(report.confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(report.images)
    expect(report.temperature).toBeGreaterThan(0)
    expect(engine.fallbacks()).toEqual({})
  })

  it('learns from three views of each image, by AugMix and its loss', async () => {
    const events = await training.run({ loss: 'jsd', augment: ['aug-mix'], budget: { epochs: 10 } }, 'views')
    const last = events.at(-1)
    expect(last?.type).toBe('succeeded')
    expect((last as { report: Report }).report.accuracy).toBeGreaterThan(0.9)
    expect(engine.fallbacks()).toEqual({})
  })

  it('leaves its predictions, which agree with the report', async () => {
    const events = await training.run({}, 'learns-again')
    const { report } = events.at(-1) as { report: Report }
    const artifact = events.find((event) => event.type === 'artifact' && event.kind === 'predictions')
    expect(artifact).toMatchObject({ contentType: 'application/gzip' })
    const { path, sha256, sizeBytes } = artifact as Extract<TrainEvent, { type: 'artifact' }>
    const file = await readFile(path)
    expect([file.byteLength, createHash('sha256').update(file).digest('hex')]).toEqual([sizeBytes, sha256])
    const { labels, predicted, nll, images } = decodePredictions(file, path)
    expect(images).toBe(await training.dataset.splitHash('test'))
    expect(labels.filter((label, i) => label === predicted[i]).length / labels.length).toBe(report.accuracy)
    expect(nll.reduce((sum, value) => sum + value, 0) / nll.length).toBeCloseTo(report.nll, 5)
  })

  it.each([
    ['sgd', {}],
    [
      'adam with EMA',
      { optimizer: 'adam', averaging: { name: 'ema', decay: 0.9 }, schedule: { name: 'cosine', learningRate: 0.003 } },
    ],
    ['SWA', { averaging: { name: 'swa', start: 0.5, everyEpochs: 0.5 } }],
    [
      'LAMB in micro-batches with a cycle',
      {
        optimizer: { name: 'lamb', accumulation: 4, clipNorm: 1 },
        schedule: { name: 'one-cycle', learningRate: 0.02, cycleMomentum: true },
      },
    ],
  ])('that was interrupted and resumed equals training that was not, bit for bit: %s', async (name, spec) => {
    const out = name.replaceAll(' ', '-')
    await training.run(spec, `${out}-whole`)
    for (const stopAt of [5, 20]) {
      const stop = new AbortController()
      const events = await training.run(spec, `${out}-parts`, {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type === 'metrics' && event.step >= stopAt) stop.abort()
        },
      })
      expect(events.at(-1)?.type).toBe('interrupted')
    }
    const resumed = await training.run(spec, `${out}-parts`)
    expect(resumed[0]).toMatchObject({ type: 'started' })
    expect((resumed[0] as { startStep: number }).startStep).toBeGreaterThan(15)
    for (const kind of ['last', 'best', ...('averaging' in spec ? ['averaged'] : [])])
      expect(await weightsHash(`${out}-parts`, kind), kind).toBe(await weightsHash(`${out}-whole`, kind))
  })

  it('that pauses at a share of its budget is validated there, stays there, and goes on as if it never had', async () => {
    const go = (pauseAt?: number): Promise<TrainEvent[]> => training.run({}, 'pauses', { pauseAt })
    const total = ((await training.run({}, 'pauses-never'))[0] as { totalSteps: number }).totalSteps
    for (const pauseAt of [0.3, 0.6]) {
      const events = await go(pauseAt)
      const step = Math.ceil(pauseAt * total)
      expect(events.at(-1)).toEqual({ type: 'paused', step })
      expect(events.filter((event) => event.type === 'metrics' && 'val/accuracy' in event.values).at(-1)).toMatchObject(
        {
          step,
        },
      )
      expect((await go(pauseAt)).map(({ type }) => type)).toEqual(['started', 'phase', 'paused'])
    }
    expect((await go()).at(-1)?.type).toBe('succeeded')
    expect(await weightsHash('pauses', 'last')).toBe(await weightsHash('pauses-never', 'last'))
  })

  it('that is stopped early reports on the weights so far', async () => {
    const stopEarly = new AbortController()
    const events = await training.run({}, 'finishes', {
      stopEarly: stopEarly.signal,
      onEvent: (event) => {
        if (event.type === 'metrics' && event.step >= 10) stopEarly.abort()
      },
    })
    expect(events.at(-1)).toMatchObject({ type: 'succeeded', report: { split: 'test' } })
    const { info } = training.checkpoint('finishes', 'last')
    expect(info.step).toBeLessThan(15)
    expect(training.checkpoint('finishes', 'best').info.step).toBe(info.step)
  })

  it('in micro-batches takes the steps of whole batches, where no batch norm looks at a batch', async () => {
    const frozen = {
      ...SMALL,
      model: { name: 'resnet20', width: 4, freeze: 'trunk' },
      augment: [],
      budget: { steps: 6 },
    }
    const weights = async (optimizer: object, out: string): Promise<Float32Array> => {
      await training.run({ ...frozen, optimizer }, out)
      return training.weights(out, 'last').get('fc/kernel')!
    }
    const whole = await weights({ name: 'sgd', clipNorm: 0.5 }, 'batches')
    const parts = await weights({ name: 'sgd', clipNorm: 0.5, accumulation: 4 }, 'micro-batches')
    const unclipped = await weights({ name: 'sgd' }, 'unclipped')
    expect(relativeError(parts, whole)).toBeLessThan(1e-5)
    expect(relativeError(unclipped, whole)).toBeGreaterThan(1e-3)
  })

  it('refuses micro-batches that a batch cannot be divided into', async () => {
    const errors = [expect.objectContaining({ pointer: '/optimizer/accumulation' }) as unknown]
    for (const accumulation of [3, 16])
      await expect(training.run({ optimizer: { name: 'sgd', accumulation } }, 'uneven')).rejects.toMatchObject({
        errors,
      })
  })

  it('refuses to go on in a folder of another spec', async () => {
    await cp(join(training.folder, 'learns'), join(training.folder, 'other'), { recursive: true })
    await expect(training.run({ seed: 5 }, 'other')).rejects.toMatchObject({ code: 'checkpoint_invalid' })
  })

  it('stops early where the metric does not improve, says so, and ends in the same place when it was interrupted', async () => {
    // Nothing improves by so much: the first epoch is the best one.
    const spec = { earlyStopping: { metric: 'val/balancedAccuracy', patience: 2, minDelta: 1 }, budget: { epochs: 8 } }
    const events = await training.run(spec, 'early')
    const { stepsPerEpoch } = events[0] as { stepsPerEpoch: number }
    const stoppedEarly = { metric: 'val/balancedAccuracy', mode: 'max', patience: 2, minDelta: 1 }
    const at = { step: 3 * stepsPerEpoch, epoch: 3, bestStep: stepsPerEpoch }
    expect((events.at(-1) as { report: Report }).report.stoppedEarly).toMatchObject({ ...stoppedEarly, ...at })
    expect(JSON.stringify(events)).toContain('has not improved for 2 epochs')
    for (const step of [stepsPerEpoch + 2, 2 * stepsPerEpoch + 1]) {
      const stop = new AbortController()
      const parts = await training.run(spec, 'early-parts', {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type === 'metrics' && event.step >= step) stop.abort()
        },
      })
      expect(parts.at(-1)?.type).toBe('interrupted')
    }
    const resumed = await training.run(spec, 'early-parts')
    expect((resumed.at(-1) as { report: Report }).report.stoppedEarly).toMatchObject(at)
    expect(await weightsHash('early-parts', 'last')).toBe(await weightsHash('early', 'last'))
    const again = await training.run(spec, 'early-parts')
    expect(again.filter((event) => event.type === 'metrics' && 'train/loss' in event.values)).toEqual([])
    expect((again.at(-1) as { report: Report }).report.stoppedEarly).toMatchObject(at)
  })

  it('that continues another run goes on at its step, with its optimiser, to a larger budget', async () => {
    const constant = { schedule: { name: 'constant', learningRate: 0.05 } }
    await training.run({ ...constant, budget: { epochs: 4 } }, 'at-once')
    await training.run({ ...constant, budget: { epochs: 2 } }, 'continued')
    const { specHash, step } = training.checkpoint('continued', 'last').info
    const more = { ...constant, budget: { epochs: 4 } }
    await expect(training.run(more, 'continued')).rejects.toThrow('another spec')
    const events = await training.run(more, 'continued', { continues: specHash })
    expect(events[0]).toMatchObject({ type: 'started', startStep: step, totalSteps: 2 * step })
    expect(events.at(-1)?.type).toBe('succeeded')
    expect(await weightsHash('continued', 'last')).toBe(await weightsHash('at-once', 'last'))
  })

  it('that diverges fails early and names the step', async () => {
    const events = await training.run(
      {
        schedule: { name: 'constant', learningRate: 100 },
        optimizer: { name: 'sgd', momentum: 0.99, weightDecay: 1 },
        budget: { steps: 400 },
      },
      'diverges',
    )
    expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'non_finite_loss', fault: 'user', retryable: false })
    const { step, detail } = events.at(-1) as { step: number; detail: string }
    expect(detail).toContain(`step ${step}`)
    expect(step).toBeLessThan(400)
  })

  it('that diverges in the last step of an epoch fails by its validation loss', async () => {
    const events = await training.run(
      { schedule: { name: 'constant', learningRate: 100 }, batchSize: training.dataset.manifest.counts.train },
      'diverges-at-once',
    )
    expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'non_finite_loss', retryable: false })
  })

  it('refuses a batch that is larger than what sampling leaves of an epoch', async () => {
    const uneven = await writeZip(join(training.folder, 'uneven.zip'), {
      ...classFolders(2, 6),
      ...classFolders(1, 60),
    })
    await ingest(uneven, join(training.folder, 'uneven'))
    const data = openPacked(join(training.folder, 'uneven'))
    const events = fit(
      resolveSpec({ ...SMALL, sampling: 'undersample', batchSize: 32 }, training.dataset.manifest),
      data,
      {
        engine,
        signal: new AbortController().signal,
        outDir: join(training.folder, 'uneven-run'),
        now: () => performance.now(),
      },
    )
    await expect(events.next()).rejects.toMatchObject({ code: 'invalid_spec' })
  })

  it('recomputes the statistics of averaged weights', async () => {
    await training.run(
      { averaging: { name: 'swa', start: 0.3, everyEpochs: 0.2 }, schedule: { name: 'constant', learningRate: 0.05 } },
      'swa',
    )
    const [averaged, last] = ['averaged', 'last'].map((kind) => training.weights('swa', kind))
    expect(averaged?.get('bn1/moving_mean')).not.toEqual(last?.get('bn1/moving_mean'))
  })

  it('writes checkpoints that say what a client needs', async () => {
    const { info } = training.checkpoint('learns', 'best')
    expect(info).toMatchObject({
      classes: ['class0', 'class1', 'class2'],
      image: { size: 12, channels: 1 },
      kind: 'best',
    })
    expect(info.temperature).toBe(1)
    expect((await readFile(training.path('learns', 'best'))).subarray(8, 9).toString()).toBe('{')
  })
})
