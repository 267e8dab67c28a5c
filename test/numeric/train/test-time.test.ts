import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imageReader, imageSource } from '../../../src/data/packed/image-source.ts'
import type { Report } from '../../../src/evaluation/report.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { fitTemperature } from '../../../src/train/evaluate/calibration/fit.ts'
import { softmax } from '../../../src/train/evaluate/metrics.ts'
import { loadModel, type TrainedModel } from '../../../src/train/predict/trained-model.ts'
import { predictImage } from '../../../src/train/predict/predict.ts'
import { averageOfViews, chooseTestTime, testTimeOf } from '../../../src/train/evaluate/test-time.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'
import { classFolders } from '../../helpers/archives.ts'
import { torch } from '../../helpers/engine.ts'
import { reportOf, SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const engine = await torch()
let training: Training
let report: Report
let model: TrainedModel
beforeAll(async () => {
  training = await trainingOn(classFolders(3, 150), engine, { ...SMALL_JOB, budget: { epochs: 3 }, seed: 3 })
  const evaluation = { testTimeAugmentation: 'horizontal-flip', corruptions: ['contrast'], severities: [5] }
  report = reportOf(await training.run({ evaluation }, 'flipped'))
  model = loadModel(engine, training.path('flipped', 'best'))
})
afterAll(() => training.remove())

function images(split: 'val' | 'test'): RasterImage[] {
  const { dataset } = training
  const { read } = imageReader(imageSource(dataset))
  return Array.from(dataset.labels(split), (_, i) => {
    const stored = read(dataset.location(split, i))
    return { ...stored, data: Uint8Array.from(stored.data) }
  })
}

const rows = ({ width, height, channels, data }: RasterImage): Uint8Array[][] =>
  Array.from({ length: height }, (_y, y) =>
    Array.from({ length: width }, (_x, x) => data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)),
  )
const mirrored = (image: RasterImage): RasterImage => ({
  ...image,
  data: Uint8Array.from(rows(image).flatMap((row) => row.reverse().flatMap((pixel) => [...pixel]))),
})

/** Mean probabilities of an image and of its mirror image. */
const byHand = (image: RasterImage): number[] => {
  const [a, b] = [image, mirrored(image)].map((view) => softmax(model.predict([view])[0]!.logits))
  return Array.from(a!, (value, k) => (value + b![k]!) / 2)
}

const specOf = (written: unknown) =>
  parseSpec({ evaluation: { testTimeAugmentation: written } }).evaluation!.testTimeAugmentation!

describe('test-time augmentation', () => {
  it('averages probabilities over views as by hand, with a temperature that is fitted so', () => {
    const labels = training.dataset.labels('val')
    const logits = Float32Array.from(images('val').flatMap((image) => byHand(image).map(Math.log)))
    const temperature = fitTemperature({ logits, labels, classes: 3 })
    expect(report.calibration?.applied, report.calibrationNote).toBe('temperature')
    expect(model.info.testTime?.temperature).toBeCloseTo(temperature, 2)
    expect(report.temperature).toBe(model.info.testTime?.temperature)
    const test = images('test')
    const right = test.filter((image, i) => {
      const means = byHand(image)
      return means.indexOf(Math.max(...means)) === training.dataset.labels('test')[i]
    })
    expect(report.accuracy).toBeCloseTo(right.length / test.length, 9)
  })

  it('is told of in the report, beside the accuracy without it', () => {
    const single = images('test').filter((image, i) => {
      const { logits } = model.predict([image])[0]!
      return logits.indexOf(Math.max(...logits)) === training.dataset.labels('test')[i]
    })
    expect(report.testTimeAugmentation).toEqual({
      name: 'horizontal-flip',
      views: 2,
      average: 'probabilities',
      accuracyWithout: single.length / report.images,
    })
    expect(report.robustness?.corruptions[0]?.name).toBe('contrast')
  })

  it('predicts with the checkpoint’s own views and their temperature, where that is asked for', () => {
    const image = images('test')[0]!
    const options = { top: 3, logits: true, asIs: true }
    const { logits, top } = predictImage(model, image, 'image', { ...options, testTime: 'own' })
    byHand(image).forEach((mean, k) => expect(Math.exp(logits?.[k] ?? NaN)).toBeCloseTo(mean, 4))
    const calibrated = softmax(Float32Array.from(logits ?? []), report.temperature)
    expect(top[0]?.probability).toBeCloseTo(Math.max(...calibrated), 6)
    const plain = predictImage(model, image, 'image', options)
    expect(plain.logits).toEqual([...model.predict([image])[0]!.logits])
  })

  it('averages logits where they are asked for', () => {
    const [a, b] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(3, 0, 1, 0)]
    expect([...averageOfViews([a, b], 2, 'logits')]).toEqual([2, 1, 2, 2])
    const mean = averageOfViews([a, b], 2, 'probabilities')
    expect(Math.exp(mean[0]!)).toBeCloseTo(
      (softmax(Float32Array.of(1, 2))[0]! + softmax(Float32Array.of(3, 0))[0]!) / 2,
      6,
    )
  })

  it('crops centre and corners, so that an even image is answered as it is', () => {
    const testTime = testTimeOf(specOf('multi-crop'))
    expect(testTime?.views).toHaveLength(10)
    const { channels } = training.dataset.manifest
    const even = { data: new Uint8Array(20 * 14 * channels).fill(90), width: 20, height: 14, channels }
    const chosen = { testTime, calibration: { temperature: 1 } }
    const [averaged, plain] = [model.predict([even], chosen), model.predict([even])]
    const expected = softmax(plain[0]!.logits)
    averaged[0]!.probabilities.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 5))
    const [shifted] = model.predict(images('test').slice(0, 1), chosen)
    expect(shifted?.logits).not.toEqual(model.predict(images('test').slice(0, 1))[0]?.logits)
  })

  it('draws augmented views from the seed: the same answer every time, the first view as it is', () => {
    const of = [{ name: 'gaussian-noise', probability: 1 }]
    const chosen = {
      testTime: testTimeOf(specOf({ name: 'augmented', views: 4, of })),
      calibration: { temperature: 1 },
    }
    const [image] = images('test')
    expect(model.predict([image!], chosen)).toEqual(model.predict([image!], chosen))
    const onlyFirst = { ...chosen.testTime!, views: chosen.testTime!.views.slice(0, 1) }
    const [first] = model.predict([image!], { testTime: onlyFirst, calibration: { temperature: 1 } })
    const expected = softmax(model.predict([image!])[0]!.logits)
    first!.probabilities.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 5))
  })

  it('is refused where a checkpoint has none of its own, or answers “none of these”', () => {
    const info = { temperature: 1 }
    expect(() => chooseTestTime(info, 'own')).toThrow('named instead are horizontal-flip, multi-crop, augmented')
    const openSet = { threshold: 0.5 } as NonNullable<TrainedModel['info']['openSet']>
    expect(() => chooseTestTime({ ...info, openSet }, { name: 'horizontal-flip' })).toThrow('none of these')
  })
})
