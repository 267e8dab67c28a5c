import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PackedDataset } from '../../../src/data/packed.ts'
import { imageFacts } from '../../../src/data/packed/image-facts.ts'
import { circumstancesOf } from '../../../src/train/report/circumstances.ts'
import { makeReport } from '../../../src/train/report/make-report.ts'
import { provenanceOf, withEarlierRuns } from '../../../src/train/report/provenance.ts'
import { folderSlices, quantileSlices, sliceScores } from '../../../src/train/report/slices.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { temporaryFolder, type Files } from '../../helpers/archives.ts'
import { packedFrom } from '../../helpers/made-reports.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let dataset: PackedDataset

/** Pictures of the 63 lowest frequencies with signs of chance, of which the perceptual hash keeps just the signs, whatever faint noise is added. */
function picture(seed: number, side: number, noise = 0): Buffer {
  const rng = rngFor(seed)
  const waves = Array.from({ length: 63 }, (_, k) => ({
    size: (rng.uniform() < 0.5 ? -1 : 1) * (6 + 2 * rng.uniform()),
    u: (k + 1) % 8,
    v: Math.floor((k + 1) / 8),
  }))
  const data = Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side]
    const at = waves.reduce(
      (sum, { size, u, v }) => sum + size * Math.cos(Math.PI * u * x) * Math.cos(Math.PI * v * y),
      0,
    )
    return Math.min(254, Math.max(0, 128 + at)) + noise * (i % 2)
  })
  return Buffer.from(encode({ width: side, height: side, channels: 1, depth: 8, data }))
}

beforeAll(async () => {
  folder = await temporaryFolder()
  const files: Files = {}
  for (let i = 0; i < 80; i++) {
    const place = `${i % 2 === 0 ? 'cat' : 'dog'}/${i % 4 < 2 ? 'field' : 'lab'}`
    files[`train/${place}/${i}.png`] = picture(i, 24)
    // The first four test images are training images with faint noise.
    files[`test/${place}/${i}.png`] = i < 4 ? picture(i, 24, 1) : picture(1000 + i, i % 4 < 2 ? 24 : 48)
  }
  dataset = await packedFrom(folder.path, 'data', files)
})
afterAll(() => folder.remove())

/** A model that is wrong on small images alone. */
function answers(): { logits: Float32Array; labels: Int32Array; classes: number } {
  const labels = dataset.labels('test')
  const { widths } = imageFacts(dataset, 'test')
  const logits = new Float32Array(labels.length * 2)
  labels.forEach((label, i) => (logits[2 * i + (widths[i] === 24 && i % 5 < 3 ? 1 - label : label)] = 3))
  return { logits, labels, classes: 2 }
}

describe('what images are like', () => {
  it('is read from the packed data set: names, sizes and brightness, as their pixels have them', async () => {
    const { files, widths, heights, brightness } = imageFacts(dataset, 'test')
    expect(files).toHaveLength(80)
    for (let i = 0; i < 80; i += 13) {
      expect(files[i]).toBe(await dataset.fileName('test', i))
      const { width, height } = dataset.location('test', i)
      expect([widths[i], heights[i]]).toEqual([width, height])
      expect(brightness[i]).toBeGreaterThan(0.3)
      expect(brightness[i]).toBeLessThan(0.7)
    }
  })

  it('gives slices with their scores, marks those that differ, and finds training images among the test images', async () => {
    const evaluated = answers()
    const { slices, duplicates } = await circumstancesOf(evaluated, { dataset, split: 'test' })
    const of = (name: string) => slices?.attributes.find((attribute) => attribute.name === name)?.slices ?? []
    expect(of('size').map(({ name, images }) => [name, images])).toEqual([
      ['24', 42],
      ['48', 38],
    ])
    expect(of('size').every(({ differs, pAdjusted }) => differs && pAdjusted < 0.001)).toBe(true)
    expect(of('folder').map(({ name }) => name)).toEqual(['field', 'lab'])
    expect(of('aspect')).toEqual([])
    for (const { images, accuracy, interval, rest } of slices?.attributes.flatMap((one) => one.slices) ?? []) {
      expect(images).toBeGreaterThan(0)
      expect(interval[0]).toBeLessThanOrEqual(accuracy)
      expect(rest).not.toBeNull()
    }
    expect(duplicates?.equal).toBe(0)
    expect(duplicates?.nearTraining).toBe(4)
    for (let i = 0; i < 4; i++) {
      const file = `${i % 2 === 0 ? 'cat' : 'dog'}/${i % 4 < 2 ? 'field' : 'lab'}/${i}.png`
      expect(duplicates?.examples).toContainEqual({ file: `test/${file}`, other: `train/${file}` })
    }
    expect(duplicates?.accuracyWithout).toBeGreaterThan(0.5)
  })
})

describe('slices', () => {
  it('hold every image once, with equal values together, and none where all are alike', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i < 70 ? 224 : i))
    const parts = quantileSlices(values, String)
    expect(parts.flatMap(({ images }) => images).sort((a, b) => a - b)).toEqual([...values.keys()])
    expect(parts.at(-1)).toMatchObject({ name: '224', low: 224, high: 224 })
    expect(quantileSlices(new Float64Array(5).fill(3), String)).toEqual([])
  })

  it('by folder leave out small ones, and none is left where all images are in one', () => {
    const files = [...Array.from({ length: 9 }, (_, i) => `cat/a/${i}.png`), ...['cat/b/1.png', 'dog/c/1.png']]
    const isOwn = (name: string): boolean => ['cat', 'dog'].includes(name)
    expect(folderSlices(files, isOwn).map(({ name, images }) => [name, images.length])).toEqual([
      ['a', 9],
      ['other folders', 2],
    ])
    expect(folderSlices(['cat/1.png', 'dog/2.png'], isOwn)).toEqual([])
  })

  it('expect what the classes of their images make expect', () => {
    const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1)
    const predicted = Int32Array.of(0, 0, 0, 0, 0, 1, 0, 1)
    const slice = { name: 'second', images: [4, 5, 6, 7] }
    const made = sliceScores([{ name: 'folder', description: '', slices: [slice] }], { labels, predicted })
    expect(made.attributes[0]?.slices[0]).toMatchObject({ accuracy: 0.5, expected: 0.5, rest: 1, differs: false })
  })
})

describe('a report', () => {
  it('with everything right has intervals that are no points, and no top five of two classes', async () => {
    const labels = dataset.labels('test')
    const logits = new Float32Array(labels.length * 2)
    labels.forEach((label, i) => (logits[2 * i + label] = 5))
    const context = { dataset, split: 'test', weights: 'best', calibration: { temperature: 1 }, seconds: 1 } as const
    const made = await makeReport({ logits, labels, classes: 2 }, context)
    expect([made.accuracy, made.macroF1, made.averages?.macro.rocAuc]).toEqual([1, 1, 1])
    expect(made.intervals.macroF1[0]).toBeCloseTo(made.intervals.accuracy[0]!, 3)
    expect(made.top5).toBeUndefined()
    expect(made.baselines?.majority).toMatchObject({ accuracy: 0.5, balancedAccuracy: 0.5 })
  })

  it('says so where calibration made it worse, and compares with runs on the same images alone', async () => {
    const evaluated = answers()
    const context = { dataset, split: 'test', weights: 'best', calibration: { temperature: 0.2 }, seconds: 1 } as const
    const made = await makeReport(evaluated, context)
    expect(made.calibrationWarning).toMatch(/^On the test images the calibration, .* log loss larger \(.*\)/)
    const run = {
      relation: 'parent',
      job: 'job_0',
      name: 'a',
      accuracy: 0.5,
      balancedAccuracy: null,
      macroF1: null,
      nll: null,
    } as const
    const { baselines } = withEarlierRuns(made, [
      { ...run, images: made.data.images },
      { ...run, images: 'other' },
    ])
    expect(baselines?.runs).toEqual([run])
    const machine = { version: '1', node: 'v20', platform: 'linux x64' }
    const facts = { now: () => new Date(0), machine, origin: { dataset: { name: 'flowers' } } }
    expect(provenanceOf(facts, { seed: 3 }, undefined)).toEqual({
      createdAt: '1970-01-01T00:00:00.000Z',
      ...machine,
      seed: 3,
      dataset: { name: 'flowers' },
    })
  })
})
