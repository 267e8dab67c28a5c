import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { PackedDataset } from '../../../src/data/packed.ts'
import { decodeSuggestions, encodeSuggestions, Suggestions } from '../../../src/evaluation/suggestions.ts'
import { makeSuggestions, type HeldOut } from '../../../src/train/report/suggestions.ts'

const CLASSES = ['ant', 'bee']
const COUNTS = { train: 100, val: 30, test: 40 }

/** Every second image of each split is of a class that is left out. */
const dataset = {
  manifest: { classes: CLASSES, hash: 'data' },
  place: (_: string, i: number) => 2 * i + 1,
  fileName: (split: string, i: number) => Promise.resolve(`${split}/${i}.png`),
} as unknown as PackedDataset

/** A model that is sure of the class `i % 2`, and of image i a little less than of image i − 2. */
function heldOut(split: 'val' | 'test', labels: number[]): HeldOut {
  const logits = Float32Array.from({ length: 2 * labels.length }, (_, k) => {
    const [i, column] = [Math.floor(k / 2), k % 2]
    return column === i % 2 ? 6 - i / 20 : 0
  })
  return { split, logits: { logits, labels: Int32Array.from(labels), classes: 2 } }
}

const alternating = (count: number, wrong: readonly number[] = []): number[] =>
  Array.from({ length: count }, (_, i) => (i + (wrong.includes(i) ? 1 : 0)) % 2)

const context = { dataset, counts: COUNTS, calibration: { temperature: 1 }, distances: new Map() }

const isSuggestions = new Ajv2020({ strict: false }).compile(JSON.parse(JSON.stringify(Suggestions)) as object)

describe('suggestions', () => {
  it('name the images by split, place in it and in the data set, the most probable errors first', async () => {
    const made = await makeSuggestions(
      [heldOut('val', alternating(14, [3])), heldOut('test', alternating(20, [2, 5]))],
      context,
    )
    expect(made).toMatchObject({
      dataset: 'data',
      covers: { train: 0, val: 14, test: 20 },
      found: { label: 3, outlier: 0 },
      notes: [],
    })
    const places = made.suggestions.map(({ number, split, index, item }) => [number, split, index, item])
    expect(places).toEqual([
      [1, 'test', 5, 100 + 30 + 5],
      [2, 'val', 7, 100 + 7],
      [3, 'test', 11, 100 + 30 + 11],
    ])
    const [first] = made.suggestions
    expect(first).toMatchObject({ kind: 'label', file: 'test/2.png', label: 'bee', suggested: 'ant' })
    expect(first!.probability + first!.suggestedProbability!).toBeCloseTo(1, 5)
    expect(first!.reason).toBe('The given class “bee” has probability 0.3 %, and “ant” 99.7 %.')
    expect(isSuggestions({ formatVersion: 1, ...made }), JSON.stringify(isSuggestions.errors)).toBe(true)
    expect(decodeSuggestions(encodeSuggestions(made), 'a file')).toEqual({ formatVersion: 1, ...made })
  })

  it('have outliers after the label errors, by their distances to training images', async () => {
    const distances = new Map([
      ['val', Float64Array.from({ length: 14 }, (_, i) => 0.1 + i / 1000)],
      ['test', Float64Array.from({ length: 20 }, (_, i) => (i === 4 ? 0.9 : 0.1 + i / 1000))],
    ] as const)
    const made = await makeSuggestions([heldOut('val', alternating(14)), heldOut('test', alternating(20, [2]))], {
      ...context,
      distances,
    })
    expect(made.found).toEqual({ label: 1, outlier: 1 })
    expect(made.suggestions[1]).toMatchObject({ number: 2, kind: 'outlier', split: 'test', file: 'test/4.png' })
    expect(made.suggestions[1]).toMatchObject({ suggested: null, suggestedProbability: null, score: 0.9, label: 'ant' })
    expect(isSuggestions({ formatVersion: 1, ...made }), JSON.stringify(isSuggestions.errors)).toBe(true)
  })

  it('say why there are none, or why they mean little', async () => {
    expect(await makeSuggestions([], context)).toMatchObject({
      covers: { train: 0, val: 0, test: 0 },
      suggestions: [],
      notes: [expect.stringContaining('no validation or test images')],
    })
    const odd = await makeSuggestions([heldOut('test', [0, 0, 0, 0, 0, 1])], {
      ...context,
      distances: new Map([['test', new Float64Array(6).fill(NaN)]]),
    })
    expect(odd.notes).toEqual([
      expect.stringContaining('right on 66.7 %'),
      expect.stringContaining('1 of 2 classes'),
      expect.stringContaining('not finite'),
    ])
  })

  it('are refused in a file of another format', () => {
    for (const text of ['', '{"formatVersion":2}', 'null'])
      expect(() => decodeSuggestions(Buffer.from(text), 'a/suggestions.json')).toThrow(
        /^a\/suggestions.json is not a file/,
      )
  })
})
