import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { MAX_MATRIX_CLASSES, mostConfused, neighbours, shortName } from '../../../src/web/job/confusion.ts'
import { levelOf, matches } from '../../../src/web/job/log-lines.ts'
import { answersOf } from '../../../src/web/job/answers.ts'
import { appended, MAX_LINES, type LogLine } from '../../../src/web/shared/log-lines.ts'
import { jobSearch } from '../../../src/web/job/search.ts'
import { madePredictions } from '../../helpers/made-predictions.ts'

describe('a confusion matrix', () => {
  const confusion = [
    [8, 2, 0],
    [0, 9, 1],
    [3, 0, 1],
  ]

  it('has its most frequent mistakes first, with the fraction of the class', () => {
    expect(mostConfused(confusion)).toEqual([
      { label: 2, predicted: 0, images: 3, share: 0.75 },
      { label: 0, predicted: 1, images: 2, share: 0.2 },
      { label: 1, predicted: 2, images: 1, share: 0.1 },
    ])
    expect(mostConfused(confusion, 1)).toHaveLength(1)
  })

  it('is drawn whole, or around a class where there are many', () => {
    expect(neighbours(confusion).sort()).toEqual([0, 1, 2])
    const many: number[][] = Array.from({ length: 100 }, (_, label) =>
      Array.from({ length: 100 }, (_, predicted) => (label === predicted ? 5 : predicted === label + 1 ? 1 : 0)),
    )
    const around = neighbours(many, 70)
    expect(around).toHaveLength(MAX_MATRIX_CLASSES)
    for (const label of [69, 70, 71]) expect(around).toContain(label)
    many[90]![3] = 9
    expect(neighbours(many)).toEqual(expect.arrayContaining([3, 90]))
  })

  it('has both classes of the most frequent mistakes, and as many classes as it may', () => {
    const many: number[][] = Array.from({ length: 100 }, (_, label) =>
      Array.from({ length: 100 }, (_, predicted) => (label === predicted ? 50 : 0)),
    )
    for (let label = 0; label < 60; label++) many[label]![99 - label] = 60 - label
    const shown = neighbours(many)
    expect(shown).toHaveLength(MAX_MATRIX_CLASSES)
    for (let label = 0; label < MAX_MATRIX_CLASSES / 2; label++)
      expect(shown).toEqual(expect.arrayContaining([label, 99 - label]))
    for (const row of many) row.fill(0)
    expect(new Set(neighbours(many)).size).toBe(MAX_MATRIX_CLASSES)
  })

  it('names classes in few characters, whose ends tell them apart', () => {
    expect(shortName('Rosa alba')).toBe('Rosa alba')
    const names = ['Taraxacum officinale var. 1', 'Taraxacum officinale var. 12'].map(shortName)
    expect(names).toEqual(['Taraxacum offi…le var. 1', 'Taraxacum offi…e var. 12'])
    expect(shortName('𝒜'.repeat(30))).toBe(`${'𝒜'.repeat(14)}…${'𝒜'.repeat(9)}`)
  })
})

describe('predictions', () => {
  it('are read from the file of a job, without the probabilities', () => {
    const file = madePredictions({ images: 4, right: 3, classes: ['a', 'b'] })
    const answers = answersOf(gunzipSync(file).toString('utf8'))
    expect(answers.map(({ label, predicted, file: name }) => [label, predicted, name])).toEqual([
      [0, 0, 'img-0.png'],
      [1, 1, 'img-1.png'],
      [0, 0, 'img-2.png'],
      [1, 0, 'img-3.png'],
    ])
    const row = '{"index":0,"label":1,"predicted":0,"confidence":0.9,"probabilities":[0.9,0.1]}'
    expect(answersOf(`{}\n${row}\n`)).toEqual([{ index: 0, label: 1, predicted: 0, confidence: 0.9 }])
    expect(() => answersOf('{}\n{"index":0}')).toThrow('has a line that is none')
  })
})

describe('lines of a log', () => {
  const line = (text: string): LogLine => ({ id: '1', attempt: 1, at: '2026-03-01T00:00:00Z', stream: 'stdout', text })

  it('have the level that they name', () => {
    expect(['Warning: equal images', 'an ERROR', 'mirrored', 'fine'].map((text) => levelOf(line(text)))).toEqual([
      'warning',
      'error',
      undefined,
      undefined,
    ])
  })

  it('are filtered by level, stream and text', () => {
    const all = { text: '', stream: '', level: '' }
    expect(matches(line('error'), { ...all, level: 'warning' })).toBe(true)
    expect(matches(line('warning'), { ...all, level: 'error' })).toBe(false)
    expect(matches(line('fine'), { ...all, level: 'warning' })).toBe(false)
    expect(matches(line('fine'), { ...all, stream: 'stderr' })).toBe(false)
    expect(matches(line('Epoch 3'), { ...all, text: 'epoch' })).toBe(true)
  })
})

it('the address of a job has its tab and how curves look, and nothing else', () => {
  expect(jobSearch({ tab: 'log', axis: 'time', smoothing: 5, logScale: true, x: 1 })).toEqual({
    tab: 'log',
    axis: 'time',
    smoothing: 0.99,
    logScale: true,
  })
  expect(jobSearch({ tab: 'other', axis: 'step', smoothing: 'a', logScale: 'yes' })).toEqual({})
})

describe('lines that are added to a log', () => {
  const lines = (first: number, count: number): LogLine[] =>
    Array.from({ length: count }, (_, i) => ({
      id: String(first + i),
      at: '2026-01-01T00:00:00Z',
      attempt: 1,
      stream: 'stdout',
      text: `line ${first + i}`,
    }))

  it('come once, however often they are sent', () => {
    const before = lines(98, 3)
    expect(appended(before, lines(99, 4)).map(({ id }) => id)).toEqual(['98', '99', '100', '101', '102'])
    expect(appended(before, lines(98, 3))).toBe(before)
    expect(appended([], lines(0, 1))).toHaveLength(1)
  })

  it('push out the first ones', () => {
    const kept = appended(lines(0, MAX_LINES), lines(MAX_LINES, 10))
    expect([kept.length, kept[0]?.id]).toEqual([MAX_LINES, '10'])
  })
})
