import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imageReader, imageSource } from '../../../src/data/packed/image-source.ts'
import type { Report } from '../../../src/evaluation/report.ts'
import type { TrainEvent } from '../../../src/train/process/events.ts'
import { exportMetadata } from '../../../src/train/export/metadata.ts'
import { argMax } from '../../../src/train/evaluate/metrics.ts'
import { loadModel, type TrainedModel } from '../../../src/train/predict/trained-model.ts'
import { predictImage } from '../../../src/train/predict/predict.ts'
import { classFolders, type Files } from '../../helpers/archives.ts'
import { torch } from '../../helpers/engine.ts'
import { reportOf, SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const engine = await torch()
const IMAGES = [400, 120, 40]

/** Classes of unequal size, a quarter of whose images look like another class: no model is sure of them and right. */
function imbalanced(): Files {
  const images = classFolders(3, 400)
  const taken = [0, 0, 0]
  const files: Files = {}
  for (const [label, count] of IMAGES.entries())
    for (let i = 0; i < count; i++) {
      const look = i % 4 === 3 ? (label + 1 + (i % 8 === 7 ? 1 : 0)) % 3 : label
      files[`class${label}/${i}.png`] = images[`class${look}/${taken[look]!++}.png`]!
    }
  return files
}

let training: Training
let events: TrainEvent[]
let report: Report
let model: TrainedModel
beforeAll(async () => {
  const loss = { name: 'logit-adjusted', tau: 1 }
  training = await trainingOn(imbalanced(), engine, { ...SMALL_JOB, loss, budget: { steps: 8 }, seed: 2 })
  events = await training.run({}, 'adjusted')
  report = reportOf(events)
  model = loadModel(engine, training.path('adjusted', 'best'))
})
afterAll(() => training.remove())

describe('a run with adjusted logits on imbalanced classes', () => {
  it('fits temperature and prior together, and its probabilities are better for it', () => {
    expect(report.calibration, report.calibrationNote).toMatchObject({
      applied: 'temperature-and-prior',
      prior: 'data',
    })
    expect(report.calibration?.priorStrength).toBeGreaterThan(0.2)
    expect(report.nll).toBeLessThan(report.nllUncalibrated)
  })

  it('keeps the whole calibration in a checkpoint that older readers refuse', () => {
    const { info } = training.checkpoint('adjusted', 'best')
    expect(info.formatVersion).toBe(2)
    expect(info.classBias).toHaveLength(3)
    expect(info.classBias?.[0]).toBeGreaterThan(info.classBias?.[2] ?? Infinity)
    expect(info.temperature).toBe(report.temperature)
  })

  it('predicts, exports and writes predictions with it', async () => {
    const artifact = events.find((event) => event.type === 'artifact' && event.kind === 'predictions')
    const { path } = artifact as Extract<TrainEvent, { type: 'artifact' }>
    const [header, ...rows] = gunzipSync(await readFile(path))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { predicted: number; probabilities: number[]; classBias?: number[] })
    expect(header?.classBias).toEqual(model.info.classBias)
    expect(rows).toHaveLength(report.images)
    const { dataset } = training
    const { read } = imageReader(imageSource(dataset))
    const { temperature, classBias, probabilities: how } = exportMetadata(model.info, 'float32')
    expect(how).toContain('softmax(logits / temperature + classBias)')
    for (const [i, { probabilities, predicted }] of rows.entries()) {
      const stored = read(dataset.location('test', i))
      const image = { ...stored, data: Uint8Array.from(stored.data) }
      const { answer, top, logits } = predictImage(model, image, '', { top: 3, logits: true, asIs: true })
      expect(answer).toBe(model.info.classes[predicted])
      expect(argMax(logits!)).toBe(predicted)
      const exps = logits!.map((value, k) => Math.exp(value / temperature + classBias![k]!))
      const total = exps.reduce((sum, value) => sum + value, 0)
      for (const { label, probability } of top) {
        const k = model.info.classes.indexOf(label)
        expect(probability).toBeCloseTo(exps[k]! / total, 9)
        expect(probabilities[k]).toBeCloseTo(probability, 3)
      }
      expect(top.map(({ probability }) => probability)).toEqual(
        top.map(({ probability }) => probability).sort((a, b) => b - a),
      )
    }
  })

  it('has uncalibrated probabilities with calibration none, given by name as before', async () => {
    const plain = reportOf(await training.run({ calibration: 'none' }, 'plain'))
    expect(plain.temperature).toBe(1)
    expect(plain.calibration).toBeUndefined()
    expect(plain.ece).toBe(plain.eceUncalibrated)
    expect(training.checkpoint('plain', 'best').info).toMatchObject({ formatVersion: 1, temperature: 1 })
  })

  it('supposes equally common classes with prior uniform', async () => {
    const even = reportOf(await training.run({ calibration: { name: 'temperature', prior: 'uniform' } }, 'even'))
    expect(even.accuracy).toBe(report.accuracy)
    expect(even.calibration?.prior).toBe('uniform')
    expect(even.calibration?.priorStrength).toBeLessThan(report.calibration!.priorStrength)
  })
})
