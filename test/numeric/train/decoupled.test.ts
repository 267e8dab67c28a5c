import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../../src/data/ingest.ts'
import { openPacked, pixelSource } from '../../../src/data/open.ts'
import type { PackedDataset } from '../../../src/data/packed.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { resolveSpec } from '../../../src/spec/resolve.ts'
import { readCheckpoint, roleValues } from '../../../src/train/checkpoint.ts'
import { createEvaluator } from '../../../src/train/evaluate.ts'
import type { TrainEvent } from '../../../src/train/events.ts'
import { fit, type FitOptions } from '../../../src/train/fit.ts'
import { accuracy } from '../../../src/train/metrics.ts'
import { loadModel } from '../../../src/train/model.ts'
import type { Report } from '../../../src/evaluation/report.ts'
import { temporaryFolder, writeZip } from '../../helpers/archives.ts'
import { longTail } from '../../helpers/long-tail.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let dataset: PackedDataset
let engine: Engine
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  folder = await temporaryFolder()
  const files = longTail({ train: [300, 80, 24, 8], heldOut: 50 })
  await ingest(await writeZip(join(folder.path, 'data.zip'), files), join(folder.path, 'packed'))
  dataset = openPacked(join(folder.path, 'packed'))
})
afterAll(() => folder.remove())

const JOB = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 32,
  precision: 'float32',
  budget: { epochs: 12 },
  loss: { name: 'cross-entropy', labelSmoothing: 0 },
  schedule: { name: 'linear', learningRate: 0.05 },
  augment: [],
}
const FIRST = { name: 'representation', share: 0.75, schedule: { name: 'linear', learningRate: 0.05 } }
const classifierStage = (head: 'reset' | 'scale') => ({
  ...{ name: 'classifier', share: 0.25, head, freeze: 'trunk', sampling: 'class-balanced' },
  schedule: { name: 'linear', learningRate: 0.1 },
})

async function run(spec: object, out: string, options: Partial<FitOptions> = {}): Promise<TrainEvent[]> {
  const events: TrainEvent[] = []
  for await (const event of fit(resolveSpec({ ...JOB, ...spec }, dataset.manifest), dataset, {
    ...{ engine, signal: new AbortController().signal, outDir: join(folder.path, out) },
    now: () => performance.now(),
    checkpointEveryMs: 1e9,
    ...options,
  }))
    events.push(event)
  return events
}

const path = (out: string, kind: string): string => join(folder.path, out, 'checkpoints', `${kind}.safetensors`)
const weights = (out: string, kind: string): Map<string, Float32Array> =>
  roleValues(readCheckpoint(path(out, kind)), 'model')
const validationLosses = (events: TrainEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'metrics' && 'val/loss' in event.values ? [event.values['val/loss']!] : []))
const reportOf = (events: TrainEvent[]): Report => (events.at(-1) as { report: Report }).report

describe('a new classifier on a frozen trunk (cRT)', () => {
  it('leaves the trunk as the first stage left it, and is better on balanced classes', async () => {
    const plain = reportOf(await run({}, 'plain'))
    const stages = [FIRST, classifierStage('reset')]
    await run({ stages }, 'crt', { pauseAt: 0.75 })
    const before = weights('crt', 'last')
    const report = reportOf(await run({ stages }, 'crt'))
    const after = weights('crt', 'last')
    for (const [name, values] of before)
      if (name.startsWith('fc/')) expect(after.get(name), name).not.toEqual(values)
      else expect(after.get(name), name).toEqual(values)
    expect(report.balancedAccuracy).toBeGreaterThan(plain.balancedAccuracy + 0.02)
  })
})

describe('a learned scale a class (LWS)', () => {
  const stages = [FIRST, classifierStage('scale')]

  it('moves nothing but the scales, which end in the classifier', async () => {
    const first = validationLosses(await run({ stages }, 'lws', { pauseAt: 0.75 }))
    const before = weights('lws', 'last')
    const events = await run({ stages }, 'lws')
    const [last, best] = [weights('lws', 'last'), weights('lws', 'best')]
    const factors = last.get('fc.scale/factors')!
    expect(Math.max(...factors) - Math.min(...factors)).toBeGreaterThan(0.2)
    for (const [name, values] of before) expect(last.get(name), name).toEqual(values)
    expect([...best.keys()].sort()).toEqual([...before.keys()].sort())
    expect(readCheckpoint(path('lws', 'best')).info.head).toBeUndefined()
    const ratios = (name: string): number[][] => {
      const [own, scaled] = [before.get(name)!, best.get(name)!]
      return [0, 1, 2, 3].map((k) =>
        [...scaled].filter((_, i) => i % 4 === k).map((value, i) => value / own[i * 4 + k]!),
      )
    }
    ratios('fc/kernel').forEach((all, k) => {
      for (const ratio of [...all, ...ratios('fc/bias')[k]!]) expect(ratio).toBeCloseTo(all[0]!, 4)
    })
    expect(validationLosses(events).at(-1)).toBeLessThan(first.at(-1)! * 0.9)
  })

  it('is in the model that is loaded, from whichever checkpoint', async () => {
    const report = reportOf(await run({ stages, budget: { epochs: 6 }, calibration: 'none' }, 'lws-loaded'))
    const shares = ['best', 'last'].map((kind) => loadModel(engine, path('lws-loaded', kind)))
    for (const { net, info } of shares) {
      const options = { dataset, pixels: pixelSource(dataset), batchSize: 50, input: info.image }
      const evaluator = createEvaluator(engine, net.graph, options)
      const evaluated = await evaluator.run('test')
      evaluator.dispose()
      expect(info.head).toBeUndefined()
      if (info.kind === 'best') expect(accuracy(evaluated)).toBe(report.accuracy)
      else expect(accuracy(evaluated)).toBeGreaterThan(0.3)
    }
    expect([...shares[1]!.net.variables.keys()]).not.toContain('fc.scale/factors')
  })

  it.each([
    ['on features', {}],
    ['on images, with averages', { augment: ['random-crop'], averaging: { name: 'ema', decay: 0.9 } }],
  ])('that was interrupted in its stage ends as if it had not been: %s', async (name, extra) => {
    const out = `lws-${name.replaceAll(/\W+/g, '-')}`
    const spec = { stages, budget: { epochs: 4 }, ...extra }
    await run(spec, `${out}-whole`)
    const total = readCheckpoint(path(`${out}-whole`, 'last')).info.step
    for (const pauseAt of [0.3, 0.8, 0.9]) await run(spec, `${out}-parts`, { pauseAt })
    expect(readCheckpoint(path(`${out}-parts`, 'last')).info.head).toEqual({ kind: 'scaled' })
    const events = await run(spec, `${out}-parts`)
    expect((events[0] as { startStep: number }).startStep).toBe(Math.ceil(0.9 * total))
    // Not `best`: a run that pauses validates once more.
    for (const kind of ['last', ...('averaging' in spec ? ['averaged'] : [])])
      expect(weights(`${out}-parts`, kind), kind).toEqual(weights(`${out}-whole`, kind))
  })

  it.each([
    ['the first stage, with no checkpoint', [{ head: 'scale' }], '/stages/0/head'],
    ['another freeze', [{}, { head: 'scale', freeze: 'none' }], '/stages/1/freeze'],
    ['a loss with a classifier of its own', [{}, { head: 'scale', loss: 'ldam' }], '/stages/1/loss'],
    ['a stage behind such a loss', [{ loss: 'ldam' }, { head: 'scale' }], '/stages/1/head'],
  ])('is refused in %s', (_, bad, pointer) => {
    expect(() => resolveSpec({ ...JOB, stages: bad }, dataset.manifest)).toThrow(
      expect.objectContaining({ code: 'invalid_spec', errors: [expect.objectContaining({ pointer })] }),
    )
  })
})
