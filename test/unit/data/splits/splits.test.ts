import { describe, expect, it } from 'vitest'
import { assignSplits, type SplitOptions } from '../../../../src/data/splits/assign.ts'
import { createColumns, NO_SPLIT, type ImageColumns } from '../../../../src/data/splits/columns.ts'

const assign = (columns: ImageColumns, options: Partial<SplitOptions> = {}) =>
  assignSplits(columns, { seed: 0, nameOf: String, ...options })

/** `perClass` images of each of two classes, all different. */
function twoClasses(perClass: number): ImageColumns {
  const columns = createColumns(2 * perClass)
  for (let i = 0; i < columns.count; i++) {
    columns.label[i] = i % 2
    columns.content[i] = BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n)
  }
  return columns
}

const countOf = ({ label, split }: ImageColumns, one: number, index: number): number =>
  label.reduce((sum, value, i) => sum + (value === one && split[i] === index ? 1 : 0), 0)

describe('drawn splits', () => {
  it('have a tenth of each class', () => {
    const columns = twoClasses(100)
    assign(columns)
    expect([0, 1].map((label) => [countOf(columns, label, 1), countOf(columns, label, 2)])).toEqual([
      [9, 10],
      [9, 10],
    ])
  })

  it('keep equal images together and their share, and leave a class of equal images in training', () => {
    const columns = twoClasses(100)
    for (let i = 0; i < 100; i += 2) columns.content[i] = 1n
    for (let i = 1; i < 200; i += 2) columns.content[i] = 2n
    assign(columns)
    expect(countOf(columns, 0, 2)).toBe(10)
    expect(countOf(columns, 1, 0)).toBe(100)
    expect(new Set([...columns.split].filter((_, i) => columns.content[i] === 1n)).size).toBe(1)
  })

  it('keep groups together', () => {
    const columns = twoClasses(100)
    for (let i = 0; i < 200; i++) columns.group[i] = i >> 2
    assign(columns)
    for (let i = 0; i < 200; i += 4) expect(new Set(columns.split.subarray(i, i + 4)).size).toBe(1)
    expect(Math.abs(countOf(columns, 0, 2) - 10)).toBeLessThanOrEqual(2)
  })
})

describe('given splits', () => {
  const leaking = (): ImageColumns => {
    const columns = twoClasses(10)
    columns.split.fill(0)
    columns.split.fill(2, 16)
    return columns
  }

  it('lose training images that a later split has', () => {
    const columns = leaking()
    columns.content[0] = columns.content[18] ?? 0n
    const { leaks } = assign(columns)
    expect(leaks).toMatchObject({ count: 1, first: [{ index: 0, other: 18 }] })
    expect(columns.split[0]).toBe(NO_SPLIT)
    const again = leaking()
    again.content[0] = again.content[18] ?? 0n
    expect(() => assign(again, { leakage: 'refuse' })).toThrow('0 (train) and 18 (test)')
  })

  it('are reported or cleaned for near-duplicates', () => {
    const near = (): ImageColumns => {
      const columns = leaking()
      columns.perceptual[2] = 0xf0f0_1234_5678_9abcn
      columns.perceptual[19] = 0xf0f0_1234_5678_9abfn
      return columns
    }
    const columns = near()
    expect(assign(columns).nearDuplicates).toMatchObject({ count: 1, first: [{ index: 2, other: 19 }] })
    expect(columns.split[2]).not.toBe(NO_SPLIT)
    const cleaned = near()
    assign(cleaned, { nearDuplicates: 'remove' })
    expect(cleaned.split[2]).toBe(NO_SPLIT)
    expect(() => assign(near(), { nearDuplicates: 'refuse' })).toThrow('nearly equal')
  })

  it('report equal images of two classes', () => {
    const columns = leaking()
    columns.content[1] = columns.content[0] ?? 0n
    expect(assign(columns).duplicates.conflicts).toEqual({ count: 1, first: [[0, 1]] })
  })
})
