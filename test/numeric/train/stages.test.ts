import type * as tfc from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { roleValues } from '../../../src/train/checkpoint/checkpoint.ts'
import type { TrainEvent } from '../../../src/train/process/events.ts'
import { createMixer } from '../../../src/train/step/mixer.ts'
import { buildNet } from '../../../src/train/net/net.ts'
import { classFolders } from '../../helpers/archives.ts'
import { reportOf, trainingOn, type Training } from '../../helpers/training.ts'

const SMALL = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 3 },
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

const rates = (events: TrainEvent[]): number[] =>
  events.flatMap((event) =>
    event.type === 'metrics' && 'train/learningRate' in event.values ? [event.values['train/learningRate']] : [],
  )

describe('mixing', () => {
  it.each(['mixup', 'cutmix'])('blends pixels and targets of two images by the same share: %s', (name) => {
    const { tf } = engine
    const mixer = createMixer(engine, parseSpec({ mix: name }).mix!, {
      input: { size: 8, channels: 2, mean: [0, 0], std: [1, 1] },
      seed: 4,
    })!
    mixer.draw(7)
    const images = tf.randomUniform<tfc.Rank.R4>([6, 8, 8, 2], 0, 1, 'float32', 1)
    const labels = tf.oneHot(tf.tensor1d([0, 0, 0, 1, 1, 1], 'int32'), 3) as tfc.Tensor2D
    const [x, mixed, targets] = [images.dataSync(), mixer.images(images).dataSync(), mixer.targets(labels).dataSync()]
    const stride = 8 * 8 * 2
    const share = targets[0]!
    for (let i = 0; i < 6; i++) {
      const other = (i + 3) % 6
      const own: number[] = []
      for (let p = 0; p < stride; p++) {
        const [a, b] = [x[i * stride + p]!, x[other * stride + p]!]
        own.push((mixed[i * stride + p]! - b) / (a - b))
      }
      expect(own.reduce((sum, value) => sum + value, 0) / stride).toBeCloseTo(share, 3)
      if (name === 'cutmix')
        for (const value of own) expect(Math.min(Math.abs(value), Math.abs(1 - value))).toBeLessThan(1e-3)
      expect(Array.from(targets.slice(i * 3, i * 3 + 3)).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6)
    }
    mixer.dispose()
  })

  it.each(['mixup', 'cutmix', 'mixup-cutmix'])('trains with no kernel in JavaScript: %s', async (mix) => {
    engine.resetFallbacks()
    const events = await training.run({ mix, budget: { epochs: 2 } }, `mix-${mix}`)
    expect(events.at(-1)?.type).toBe('succeeded')
    expect(engine.fallbacks()).toEqual({})
  })
})

describe('stages', () => {
  const PROBE = {
    augment: [],
    stages: [
      { name: 'probe', share: 1 / 3, freeze: 'trunk', schedule: { name: 'constant', learningRate: 0.1 } },
      { name: 'fine-tune', share: 2 / 3, schedule: { name: 'linear', learningRate: 0.01 } },
    ],
  }

  it('train the head alone and then the whole net', async () => {
    const stop = new AbortController()
    await training.run(PROBE, 'probe', {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'metrics' && event.step >= 6) stop.abort()
      },
    })
    const initial = buildNet(engine, parseSpec(SMALL).model!, { size: 12, channels: 1, classes: 3, seed: 0 })
    const probed = training.weights('probe', 'last')
    for (const [name, variable] of initial.variables)
      if (!initial.head.has(name)) expect(probed.get(name), name).toEqual(variable.dataSync())
    expect(probed.get('fc/kernel')).not.toEqual(initial.variables.get('fc/kernel')!.dataSync())

    const events = await training.run(PROBE, 'probe')
    expect(
      events
        .filter((event) => event.type === 'log')
        .map(({ message }) => message)
        .join(),
    ).toContain('(fine-tune)')
    expect(training.weights('probe', 'last').get('conv1/kernel')).not.toEqual(probed.get('conv1/kernel'))
    expect(rates(events).at(-1)).toBeLessThan(0.001)
    expect(events.at(-1)?.type).toBe('succeeded')
  })

  it('that were interrupted in the second one end as if they had not been', async () => {
    const spec = {
      averaging: ['swa', { name: 'ema', decay: 0.9 }],
      stages: [{ share: 0.5, size: 8 }, { sampling: 'class-balanced' }],
    }
    await training.run(spec, 'staged-whole')
    for (const stopAt of [4, 16]) {
      const stop = new AbortController()
      await training.run(spec, 'staged-parts', {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type === 'metrics' && event.step >= stopAt) stop.abort()
        },
      })
    }
    await training.run(spec, 'staged-parts')
    for (const kind of ['last', 'averaged'])
      for (const role of ['model', 'optimizer', 'average/swa', 'average/ema'])
        expect(roleValues(training.checkpoint('staged-parts', kind), role), `${kind} ${role}`).toEqual(
          roleValues(training.checkpoint('staged-whole', kind), role),
        )
    expect(training.checkpoint('staged-parts', 'last').info.seen).toEqual(
      training.checkpoint('staged-whole', 'last').info.seen,
    )
    expect(training.checkpoint('staged-parts', 'averaged').info).toEqual(
      training.checkpoint('staged-whole', 'averaged').info,
    )
  })

  it('that adapt batch norms and were interrupted in the second one end as if they had not been', async () => {
    const model = { ...SMALL.model, batchNorm: 'adapt' }
    const spec = { model, budget: { epochs: 2 }, stages: [{ share: 0.5 }, {}] }
    await training.run(spec, 'adapted-whole')
    const stop = new AbortController()
    await training.run(spec, 'adapted-parts', {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'metrics' && event.step >= 12) stop.abort()
      },
    })
    await training.run(spec, 'adapted-parts')
    expect(training.weights('adapted-parts', 'last')).toEqual(training.weights('adapted-whole', 'last'))
  })

  it('follow the job’s schedule over the whole budget where they have none of their own', async () => {
    const plain = await training.run({}, 'plain-rates')
    const staged = await training.run({ stages: [{ size: 8 }, {}] }, 'staged-rates')
    expect(rates(staged).map((rate) => rate.toFixed(6))).toEqual(rates(plain).map((rate) => rate.toFixed(6)))
  })

  it('may start the head anew', async () => {
    const spec = {
      budget: { steps: 4 },
      stages: [{ share: 0.5 }, { head: 'reset', schedule: { name: 'constant', learningRate: 1e-9 } }],
    }
    await training.run(spec, 'reset')
    const initial = buildNet(engine, parseSpec(SMALL).model!, { size: 12, channels: 1, classes: 3, seed: 0 })
    const trained = training.weights('reset', 'last').get('fc/kernel')!
    initial.variables
      .get('fc/kernel')!
      .dataSync()
      .forEach((value, i) => {
        expect(trained[i]).toBeCloseTo(value, 5)
      })
  })

  it('count the images of each class that were taken', async () => {
    await training.run({ budget: { epochs: 2 } }, 'seen')
    const { seen } = training.checkpoint('seen', 'last').info
    const steps = Math.floor(training.dataset.manifest.counts.train / 16)
    expect(seen!.reduce((sum, count) => sum + count, 0)).toBe(2 * steps * 16)
  })
})

describe('a budget of minutes', () => {
  it('ends when the clock says so, with the rate at zero', async () => {
    let ms = 0
    const now = (): number => (ms += 20)
    const events = await training.run({ budget: { minutes: 0.1 } }, 'minutes', { now })
    expect(events.at(-1)?.type).toBe('succeeded')
    const { seconds } = training.checkpoint('minutes', 'last').info.position!
    expect(seconds).toBeGreaterThanOrEqual(6)
    expect(seconds).toBeLessThan(6 * 1.05)
    const all = rates(events)
    expect(all[0]).toBeGreaterThan(0.048)
    expect(all.at(-1)).toBeLessThan(0.002)
    for (const [i, rate] of all.entries()) if (i > 0) expect(rate).toBeLessThanOrEqual(all[i - 1]!)
    const estimates = events.flatMap((event) =>
      event.type === 'metrics' && event.totalSteps !== undefined ? [event] : [],
    )
    expect(estimates.at(-1)!.totalSteps).toBe(estimates.at(-1)!.step)
  })
})

describe('several kinds of averaging', () => {
  it('run beside each other, and the best on validation is taken', async () => {
    const averaging = [
      { name: 'swa', start: 0.3, everyEpochs: 0.3 },
      { name: 'ema', decay: 0.9 },
    ]
    const events = await training.run({ averaging }, 'averages')
    const scores = events.findLast((event) => event.type === 'metrics')!.values
    expect(scores['averaged/accuracy']).toBe(Math.max(scores['swa/accuracy']!, scores['ema/accuracy']!))
    expect(reportOf(events).weights).toBe('averaged')
  })
})

describe('a classifier of cosines', () => {
  it('gives the cosines of features and weights, compiled as in layers, and is there again after loading', () => {
    const { tf } = engine
    const net = buildNet(engine, parseSpec(SMALL).model!, {
      size: 12,
      channels: 1,
      classes: 3,
      seed: 2,
      head: { kind: 'cosine', scale: 16 },
    })
    const images = tf.randomNormal<tfc.Rank.R4>([4, 12, 12, 1], 0, 1, 'float32', 1)
    const logits = net.graph.forward(images, { training: false }).dataSync()
    const reference = (net.layers.predict(images) as tfc.Tensor).dataSync()
    logits.forEach((value, i) => {
      expect(value).toBeCloseTo(reference[i]!, 4)
      expect(Math.abs(value)).toBeLessThanOrEqual(16.001)
    })
    expect([...net.head].sort()).toEqual(['fc/bias', 'fc/kernel'])
    expect([...net.trained.keys()]).not.toContain('fc/bias')
    net.dispose()
  })
})
