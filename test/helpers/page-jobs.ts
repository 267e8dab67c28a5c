import { Readable } from 'node:stream'
import { expect } from 'vitest'
import type { Report } from '../../src/evaluation/report.ts'
import type { Job, Reason } from '../../src/service/resources.ts'
import type { PageUnderTest } from './page.ts'

/** Jobs in all states, made as a worker makes them. */
export function pageJobs({ service, headers, dataset }: PageUnderTest) {
  const { store } = service

  async function submit(name: string, spec: object = {}): Promise<string> {
    const response = await service.app.inject({
      method: 'POST',
      url: '/v1/jobs',
      headers,
      payload: { dataset, name, batchSize: 8, budget: { epochs: 4 }, ...spec },
    })
    expect(response.statusCode, response.body).toBe(202)
    return response.json<Job>().id
  }

  async function claimed(id: string): Promise<number> {
    const claim = await store.claimJob(id, 600_000)
    if (claim === undefined) throw new Error(`${id} cannot be claimed`)
    return claim.token
  }

  return {
    submit,
    claimed,
    async running(name: string, steps = 40, spec: object = {}): Promise<string> {
      const id = await submit(name, spec)
      const token = await claimed(id)
      await store.moveJob(id, token, { from: ['starting'], to: 'running' })
      await store.recordJob(id, token, {
        events: [{ type: 'log', data: { level: 'warning', text: 'Two images are equal.' } }],
        metrics: metricsUpTo(steps),
        progress: progressAt(steps),
      })
      return id
    },
    /** One that has written its best weights, and has failed afterwards unless it goes on. */
    async withCheckpoint(name: string, { goesOn = false } = {}): Promise<string> {
      const id = await submit(name)
      const token = await claimed(id)
      const blobKey = `checkpoints/${id}`
      const { sizeBytes } = await service.services.blobs.write(blobKey, Readable.from([Buffer.from('weights')]))
      await store.recordJob(id, token, {
        events: [],
        metrics: [],
        checkpoint: {
          kind: 'best',
          step: 40,
          blobKey,
          sizeBytes,
          sha256: 'e'.repeat(64),
          metrics: { 'val/accuracy': 0.57, 'val/loss': 0.4 },
        },
      })
      if (!goesOn) await store.moveJob(id, token, { from: ['starting'], to: 'failed', reason: REASON })
      return id
    },
    async failed(name: string, detail: string): Promise<string> {
      const id = await submit(name)
      await store.moveJob(id, await claimed(id), { from: ['starting'], to: 'failed', reason: { ...REASON, detail } })
      return id
    },
    async succeeded(name: string, report: Partial<Report>, spec: object = {}, predictions?: Buffer): Promise<string> {
      const id = await submit(name, spec)
      const token = await claimed(id)
      const artifact = predictions === undefined ? undefined : await stored(id, predictions)
      await store.recordJob(id, token, {
        events: [],
        metrics: metricsUpTo(80),
        progress: progressAt(80),
        report,
        ...(artifact === undefined ? {} : { artifact }),
      })
      await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
      return id
    },
  }

  async function stored(id: string, file: Buffer) {
    const blobKey = `artifacts/${id}`
    const { sizeBytes } = await service.services.blobs.write(blobKey, Readable.from([file]))
    const named = { kind: 'predictions', fileName: 'predictions.jsonl.gz', contentType: 'application/gzip' }
    return { ...named, blobKey, sizeBytes, sha256: id }
  }
}

const REASON: Reason = { code: 'internal', fault: 'infra', retryable: false, detail: 'It is over.' }
const STEPS = 80

const progressAt = (step: number) => ({
  step,
  totalSteps: STEPS,
  epoch: step / 20,
  epochs: 4,
  imagesPerSecond: 120,
  secondsLeft: ((STEPS - step) * 8) / 120,
  loss: 1 / (1 + step / 10),
  accuracy: step / (step + 20),
  valAccuracy: step / (step + 30),
})

function metricsUpTo(last: number): { key: string; step: number; value: number }[] {
  const steps = Array.from({ length: last }, (_, i) => i + 1)
  return steps.flatMap((step) => {
    const noise = Math.sin(step * 1.7) / 10
    const train = [
      { key: 'train/loss', step, value: 1 / (1 + step / 10) + 0.1 + noise / 2 },
      { key: 'train/accuracy', step, value: step / (step + 20) },
      { key: 'train/learningRate', step, value: 0.1 * (1 - step / STEPS) },
      { key: 'train/imagesPerSecond', step, value: 120 + 100 * noise },
      { key: 'train/seconds', step, value: step * 3 },
    ]
    return step % 20 === 0
      ? [
          ...train,
          { key: 'val/loss', step, value: 1.2 / (1 + step / 15) },
          { key: 'val/accuracy', step, value: step / (step + 30) },
        ]
      : train
  })
}

const INTERVAL = [0.7, 0.9]
const SHOT = { classes: 0, images: 0, accuracy: null, interval: null }

/** A report of the least fields, whose classes are recognised the better the later they stand. */
export function plainReport(names: string[]): Report {
  const intervals = [
    'accuracy',
    'balancedAccuracy',
    'macroF1',
    'nll',
    'nllUncalibrated',
    'ece',
    'eceUncalibrated',
  ] as const
  return {
    split: 'test',
    weights: 'best',
    data: { dataset: 'd'.repeat(64), images: 'i'.repeat(64) },
    images: 10 * names.length,
    accuracy: 0.8,
    balancedAccuracy: 0.8,
    macroF1: 0.8,
    nll: 0.5,
    nllUncalibrated: 0.6,
    ece: 0.02,
    eceUncalibrated: 0.05,
    temperature: 1.2,
    intervals: {
      level: 0.95,
      resamples: 10,
      ...(Object.fromEntries(intervals.map((key) => [key, INTERVAL])) as Record<(typeof intervals)[number], number[]>),
    },
    shots: { many: SHOT, medium: SHOT, few: SHOT },
    classes: names.map((name, i) => ({
      name,
      images: 10,
      trainImages: 10,
      predicted: 10,
      recallInterval: INTERVAL,
      precision: i / names.length,
      recall: i / names.length,
      f1: i / names.length,
    })),
    confusion: names.map((_, label) =>
      names.map((_, predicted) => (label === predicted ? 8 : predicted === (label + 1) % names.length ? 2 : 0)),
    ),
    reliability: [],
    reliabilityUncalibrated: [],
    worst: [],
    confused: [],
    seconds: 1,
  }
}
