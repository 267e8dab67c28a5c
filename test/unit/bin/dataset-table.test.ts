import { describe, expect, it } from 'vitest'
import { datasetTable } from '../../../src/bin/dataset-table.ts'
import { fit, widthOf } from '../../../src/bin/text-columns.ts'
import type { IngestReport } from '../../../src/job-spec/ingest-report.ts'

const REPORT: IngestReport = {
  files: 86,
  images: { train: 61, val: 4, test: 5 },
  imbalance: 60,
  channels: 3,
  warnings: ['Class cow has no training images.'],
  sizes: { smallest: 8, median: 300, largest: 4000, packed: 256 },
  splits: { val: 'given', test: 'drawn' },
  classes: [
    { name: 'a rather long name of a class', train: 60, val: 3, test: 4 },
    { name: '猫', train: 1, val: 1, test: 1 },
  ],
  quarantined: {
    count: 7,
    files: [
      { file: 'a/1.png', code: 'image_too_small', detail: 'The image is 2×2.' },
      { file: 'a/2.png', code: 'image_too_small', detail: 'The image is 2×3.' },
      { file: '猫/1.heic', code: 'image_format_unsupported', detail: 'The file is HEIF, a format that is not read.' },
      ...['1', '2', '3', '4'].map((n) => ({ file: `猫/broken${n}.png`, code: 'image_undecodable', detail: 'cut off' })),
    ],
  },
  ignored: {
    count: 11,
    kinds: [
      { kind: '.txt', count: 10, example: 'a.txt' },
      { kind: 'Thumbs.db', count: 1, example: 'Thumbs.db' },
    ],
  },
  conflicts: { count: 0, groups: [] },
  leaks: { count: 0, pairs: [] },
  nearDuplicates: { count: 0, pairs: [] },
  storage: { codec: 'raw', bytes: 0, shards: 1 },
  duplicates: { count: 1, groups: [['猫/1.png', '猫/2.png']] },
}

const clean = (classes: IngestReport['classes']): IngestReport => ({
  ...REPORT,
  imbalance: 1,
  warnings: [],
  classes,
  quarantined: { count: 0, files: [] },
  ignored: { count: 0, kinds: [] },
  duplicates: { count: 0, groups: [] },
})

describe('the table of a data set', () => {
  it('has counts, what was ignored and set aside by kind, duplicates and warnings', () => {
    expect(datasetTable(REPORT)).toBe(`70 images in 2 classes: 61 train, 4 val, 5 test (drawn)
colour, sides of 8 to 4000 pixels, kept with a shorter side of up to 256

class                            train      val     test
a rather long name of a class       60        3        4  ████████████████████
猫                                   1        1        1  ▎

ignored       11 files that are no images: 10 .txt, 1 Thumbs.db
set aside     7 files
                4 image_undecodable: cut off
                  猫/broken1.png, 猫/broken2.png, 猫/broken3.png and 1 more
                2 image_too_small
                  a/1.png: The image is 2×2.
                  a/2.png: The image is 2×3.
                1 image_format_unsupported: The file is HEIF, a format that is
                  not read.
                  猫/1.heic
duplicates    1 image equal to another one
                猫/1.png = 猫/2.png

warning: Class cow has no training images.
warning: the largest class has 60.0 times the training images of the smallest
warning: a single val image in 猫: its recall is 0 or 100 %
warning: a single test image in 猫: its recall is 0 or 100 %
`)
  })

  it('of many classes has the first and the smallest, and nothing of what there is not', () => {
    const classes = Array.from({ length: 1000 }, (_, i) => ({ name: `n${i}`, train: 1300 - i, val: 50, test: 50 }))
    const lines = datasetTable(clean(classes)).trimEnd().split('\n')
    expect(lines.slice(3).map((line) => line.split(/ {2,}/)[0])).toEqual([
      ...['class', 'n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', '992 more, the smallest of them:'],
      ...['n999', 'n998', 'n997', 'n996', 'n995'],
    ])
    expect(lines[4]).toContain('1,300')
  })

  it.each([40, 80, 100])('fits into %i columns', (columns) => {
    const long = 'w'.repeat(150)
    const report = {
      ...REPORT,
      classes: [...REPORT.classes, { name: long, train: 5, val: 1, test: 1 }],
      warnings: [long],
    }
    for (const line of datasetTable(report, columns).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns)
  })
})

describe('a text in a column', () => {
  it('is padded or cut by what a terminal shows of it', () => {
    expect(fit('猫', 4)).toBe('猫  ')
    expect(fit('abcdefghij', 7)).toBe('abc…hij')
    expect(widthOf(fit('猫猫猫猫猫猫', 7))).toBe(7)
    expect(fit('a\u0007b', 10)).toBe('a\\u0007b  ')
  })
})
