import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareRuns, type ComparedRun } from '../../../src/evaluation/comparison.ts'
import type { Comparison } from '../../../src/evaluation/comparison-schema.ts'
import { encodePredictions, type Predictions } from '../../../src/evaluation/predictions.ts'
import { specDifferences } from '../../../src/evaluation/spec-differences.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

const CLASSES = ['cat', 'dog', 'eel']
const IMAGES = 900

/** Predictions that are right with the given probability; the same seed draws the same images. */
function predictions(accuracy: number, seed: number, changed: Partial<Predictions> = {}): Predictions {
  const rng = rngFor(seed)
  const labels = Int32Array.from({ length: IMAGES }, (_, i) => i % 3)
  const predicted = labels.map((label) => (rng.uniform() < accuracy ? label : (label + 1) % 3))
  return {
    dataset: 'd'.repeat(64),
    split: 'test',
    images: 'i'.repeat(64),
    classes: CLASSES,
    temperature: 1,
    labels,
    predicted,
    confidence: new Float64Array(IMAGES).fill(0.8),
    nll: Float64Array.from(labels, (label, i) => (label === predicted[i] ? 0.2 : 2)),
    ...changed,
  }
}

const run = (id: string, made: Predictions, spec: object = {}): ComparedRun => ({
  id,
  name: id,
  spec,
  predictions: made,
})

describe('the comparison of two runs', () => {
  it('counts image by image, and finds the better one', async () => {
    const [a, b] = [predictions(0.7, 1), predictions(0.85, 2)]
    const { mcnemar, accuracy, nll, classes, ...made } = await compareRuns(run('a', a), run('b', b))
    const right = ({ labels, predicted }: Predictions): boolean[] =>
      [...labels].map((label, i) => label === predicted[i])
    const pairs = right(a).map((hit, i) => `${hit} ${right(b)[i]}`)
    const count = (pair: string): number => pairs.filter((other) => other === pair).length
    expect(mcnemar).toMatchObject({
      bothRight: count('true true'),
      onlyA: count('true false'),
      onlyB: count('false true'),
      bothWrong: count('false false'),
    })
    expect(accuracy.value).toBeCloseTo(made.b.accuracy - made.a.accuracy, 12)
    expect(accuracy.value).toBeCloseTo((mcnemar.onlyB - mcnemar.onlyA) / IMAGES, 12)
    expect(mcnemar.midP).toBeLessThan(1e-6)
    expect(accuracy.interval[0]).toBeGreaterThan(0)
    expect(nll.value).toBeCloseTo(-1.8 * accuracy.value, 10)
    expect(classes.reduce((sum, row) => sum + row.onlyB, 0)).toBe(mcnemar.onlyB)
    expect(classes[0]?.images).toBe(IMAGES / 3)
  })

  it('has the interval that the paired differences’ own deviation gives', async () => {
    const { accuracy, mcnemar } = await compareRuns(run('a', predictions(0.7, 1)), run('b', predictions(0.75, 2)))
    const discordant = (mcnemar.onlyA + mcnemar.onlyB) / IMAGES
    const reach = 1.96 * Math.sqrt((discordant - accuracy.value ** 2) / IMAGES)
    const [low = 0, high = 0] = accuracy.interval
    expect(Math.abs(low - (accuracy.value - reach)) / reach).toBeLessThan(0.12)
    expect(Math.abs(high - (accuracy.value + reach)) / reach).toBeLessThan(0.12)
  })

  it('of a run with itself finds no difference', async () => {
    const { accuracy, nll, mcnemar, spec } = await compareRuns(
      run('a', predictions(0.7, 1)),
      run('b', predictions(0.7, 1)),
    )
    expect([accuracy, nll]).toEqual(Array.from({ length: 2 }, () => ({ value: 0, interval: [0, 0] })))
    expect(mcnemar).toMatchObject({ onlyA: 0, onlyB: 0, exact: 1, midP: 1 })
    expect(spec).toEqual([])
  })

  it('is refused where the test sets differ, and says what each was evaluated on', async () => {
    const other = predictions(0.7, 1, { images: 'other', dataset: 'e'.repeat(64) })
    await expect(compareRuns(run('job_a', predictions(0.7, 1)), run('job_b', other))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/job_a .*data set dddd.*job_b .*data set eeee.*same images/) as string,
    })
  })

  it('lists the images that one of them alone has right, as many of either as asked for, the furthest apart first', async () => {
    const made = (predicted: number[], truth: number[]): Predictions => ({
      ...predictions(1, 1),
      labels: Int32Array.of(0, 1, 2, 0, 1),
      predicted: Int32Array.from(predicted),
      nll: Float64Array.from(truth, (p) => -Math.log(p)),
      confidence: Float64Array.of(0.5, 0.6, 0.7, 0.8, 0.9),
      items: [4, 5, 6, 7, 8].map((place) => ({ file: `${place}.png`, place })),
    })
    const [a, b] = [made([0, 0, 2, 1, 1], [0.5, 0.4, 0.7, 0.1, 0.9]), made([1, 1, 2, 0, 0], [0.31, 0.6, 0.7, 0.8, 0.1])]
    const { differing } = await compareRuns(run('a', a), run('b', b))
    expect(differing.map(({ right, place, gap }) => [right, place, Number(gap.toFixed(6))])).toEqual([
      ['a', 8, 0.8],
      ['b', 7, 0.7],
      ['b', 5, 0.2],
      ['a', 4, 0.19],
    ])
    expect(differing[0]).toMatchObject({
      file: '8.png',
      label: 'dog',
      a: { predicted: 'dog', confidence: 0.9 },
      b: { predicted: 'cat' },
    })
    expect(differing[0]!.b.truth).toBeCloseTo(0.1, 12)
    const one = await compareRuns(run('a', a), run('b', b), { differing: 1 })
    expect(one.differing.map(({ right, place }) => [right, place])).toEqual([
      ['a', 8],
      ['b', 7],
    ])
  })

  it('goes by the test images, not by the rest of the data set', async () => {
    const other = predictions(0.7, 2, { dataset: 'a data set with more training images' })
    expect((await compareRuns(run('a', predictions(0.7, 1)), run('b', other))).images).toBe(IMAGES)
  })
})

describe('the differences of two specs', () => {
  it('are named by pointer, an exchanged component as a whole', () => {
    const a = {
      seed: 0,
      loss: { name: 'focal', gamma: 2 },
      schedule: { name: 'linear', learningRate: 0.1 },
      augment: ['x'],
    }
    const b = { seed: 0, loss: { name: 'ldam', s: 30 }, schedule: { name: 'linear', learningRate: 0.2 }, stages: [] }
    expect(specDifferences(a, b)).toEqual([
      { pointer: '/loss', a: a.loss, b: b.loss },
      { pointer: '/schedule/learningRate', a: 0.1, b: 0.2 },
      { pointer: '/augment', a: ['x'] },
      { pointer: '/stages', b: [] },
    ])
  })
})

describe('anneal compare', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
    for (const [name, made] of [
      ['a', predictions(0.7, 1)],
      ['b', predictions(0.85, 2)],
      ['elsewhere', predictions(0.85, 2, { images: 'other' })],
    ] as const) {
      await mkdir(join(folder.path, name))
      const items = [...made.labels.keys()].map((place) => ({ file: `img-${place}.png`, place }))
      await writeFile(join(folder.path, name, 'predictions.jsonl.gz'), encodePredictions({ ...made, items }))
      await writeFile(join(folder.path, name, 'spec.json'), JSON.stringify({ name: '', seed: name }))
    }
  })
  afterAll(() => folder.remove())

  const anneal = (...words: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, [createRequire(import.meta.url).resolve('#dist/bin/anneal.js'), ...words], {
      cwd: folder.path,
    })

  it('compares two folders, for people and as JSON', async () => {
    const [table, json] = await Promise.all([
      anneal('compare', 'a', 'b', '--images', '4'),
      anneal('compare', 'a', 'b', '--json'),
    ])
    const made = JSON.parse(json.stdout) as Comparison
    expect(made.mcnemar.midP).toBeLessThan(0.05)
    expect(table.stdout).toContain('mid-p: b is better')
    expect(table.stdout).toContain('/seed  "a" → "b"')
    expect(
      table.stdout.match(/only [ab] {2}img-\d+\.png +truly (cat|dog|eel) +a: \w+ 80.00 % +b: \w+ 80.00 %/g),
    ).toHaveLength(8)
  })

  it('refuses to list more images than the service would', async () => {
    await expect(anneal('compare', 'a', 'b', '--images', '201')).rejects.toMatchObject({
      stderr: expect.stringContaining('from 0 to 200') as string,
    })
  })

  it.each([
    ['elsewhere', 'needs the same images'],
    ['nothing', 'nothing is no finished run'],
    ['job_1', 'not one of each'],
  ])('refuses %s', async (other, message) => {
    await expect(anneal('compare', 'a', other)).rejects.toMatchObject({
      stderr: expect.stringContaining(message) as string,
    })
  })
})
