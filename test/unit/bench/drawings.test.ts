import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawingPng, drawings, type Drawing } from '../../../bench/messy/drawings.ts'

const all = drawings()
const classOf = ({ path }: Drawing): string => path.split('/')[1]!
const train = all.filter(({ path }) => path.startsWith('train/'))
const test = all.filter(({ path }) => path.startsWith('test/'))
const countsOf = (list: readonly Drawing[]): number[] =>
  [...new Set(list.map(classOf))].map((name) => list.filter((one) => classOf(one) === name).length)

describe('drawings', () => {
  it('are always the same', () => {
    expect(drawings()).toEqual(all)
  })

  it('have classes of uneven sizes in training, one of few, and even ones in the test', () => {
    const counts = countsOf(train)
    expect(counts).toHaveLength(10)
    expect([counts[0], counts.at(-1)]).toEqual([600, 6])
    expect(counts).toEqual([...counts].sort((a, b) => b - a))
    expect(new Set(countsOf(test))).toEqual(new Set([40]))
  })

  it('are of mixed sizes and kinds, most in black ink', () => {
    expect(new Set(train.map(({ width, height }) => `${width}×${height}`)).size).toBeGreaterThan(10)
    const share = (kind: Drawing['kind']): number => train.filter((one) => one.kind === kind).length / train.length
    expect(share('ink')).toBeGreaterThan(0.5)
    for (const kind of ['colour', 'grey', 'opaque'] as const) expect(share(kind)).toBeGreaterThan(0.05)
  })

  it('have equal images in training, and none that training and test share', () => {
    expect(new Set(train.map(({ svg }) => svg)).size).toBeLessThan(0.95 * train.length)
    const trained = new Set(train.map(({ svg }) => svg))
    expect(test.filter(({ svg }) => trained.has(svg))).toEqual([])
  })

  it('are fewer at a smaller scale, with the smallest class kept', () => {
    const few = drawings({ scale: 0.1 })
    expect(few.length).toBeLessThan(all.length / 4)
    expect(few.filter(({ path }) => path.startsWith('train/pentagon/'))).toHaveLength(6)
  })
})

describe('drawingPng', () => {
  // Which decoders of data sets refuse for their whole process, and other files with it.
  const svg = { operation: ['VipsForeignLoadSvg'] }
  beforeAll(() => sharp.unblock(svg))
  afterAll(() => sharp.block(svg))

  it.each([
    ['ink', { channels: 4, hasAlpha: true }],
    ['colour', { channels: 4, hasAlpha: true }],
    ['grey', { channels: 2, hasAlpha: true }],
    ['opaque', { channels: 3, hasAlpha: false }],
  ] as const)('writes %s with its channels', async (kind, expected) => {
    const one = train.find((drawing) => drawing.kind === kind)!
    const png = await drawingPng(one)
    expect(await sharp(png).metadata()).toMatchObject({ ...expected, width: one.width, height: one.height })
  })

  it('draws ink in black on a transparent ground', async () => {
    const one = train.find(({ kind }) => kind === 'ink')!
    const { data } = await sharp(await drawingPng(one))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const pixels = Array.from({ length: data.length / 4 }, (_, i) => data.subarray(4 * i, 4 * i + 4))
    expect(pixels.some((pixel) => pixel[3] === 0)).toBe(true)
    expect(pixels.some((pixel) => pixel[3] === 255)).toBe(true)
    expect(pixels.every(([red, green, blue, alpha]) => alpha !== 255 || Math.max(red!, green!, blue!) === 0)).toBe(true)
  })
})
