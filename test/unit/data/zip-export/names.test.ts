import { describe, expect, it } from 'vitest'
import { ExportPaths } from '../../../../src/data/zip-export/export-paths.ts'
import { labelsRow } from '../../../../src/data/zip-export/labels-table.ts'
import { safeName } from '../../../../src/data/zip-export/safe-name.ts'
import { rowLabel } from '../../../../src/data/layout/row-label.ts'
import { columnsOf } from '../../../../src/data/layout/table-columns.ts'
import { tableRows } from '../../../../src/data/layout/table-rows.ts'

describe('a safe name', () => {
  it.each([
    ['a/b', 'a_b'],
    ['a\\b:c*?"<>|', 'a_b_c______'],
    ['..', '__'],
    ['.hidden', '_hidden'],
    ['dots...', 'dots.._'],
    ['space ', 'space_'],
    [' space', '_space'],
    ['a\nb\u007f\u0085', 'a_b__'],
    ['half \ud800', 'half _'],
    ['', '_'],
    ['CON', '_CON'],
    ['nul.x', '_nul.x'],
    ['__MACOSX', '___MACOSX'],
    ['~$draft', '_~$draft'],
    ['cafe\u0301', 'cafe\u0301'],
    ['=1+1', '=1+1'],
  ])('of %j is %j', (name, safe) => {
    expect(safeName(name)).toBe(safe)
  })

  it('has at most 200 bytes, of whole characters, with its extension', () => {
    for (const name of ['x'.repeat(300), '字'.repeat(150), '👩‍🎨'.repeat(60)]) {
      const safe = safeName(name, '.png')
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200)
      expect(Buffer.byteLength(safe)).toBeGreaterThan(190)
      expect(safe).toMatch(/[^\ufffd]\.png$/u)
      expect(safe).not.toMatch(/\p{Surrogate}/u)
    }
  })
})

describe('a path in the archive', () => {
  const image = { split: 'train', label: 0, extension: '.png' } as const

  it('has the split, the class, and the folders below the class folder', () => {
    const paths = new ExportPaths(['cat'])
    const pathOf = (file: string): string => paths.pathOf({ ...image, file })
    expect(pathOf('1.jpg')).toBe('train/cat/1.png')
    expect(pathOf('pets/cat/2.jpeg')).toBe('train/cat/2.png')
    expect(pathOf('pets/cat/black/2.jpeg')).toBe('train/cat/black/2.png')
    expect(pathOf('cat/train/3.webp')).toBe('train/cat/3.png')
    expect(pathOf('images/IMG.001')).toBe('train/cat/IMG.001.png')
    expect(pathOf('cat/a.png/1.png')).toBe('train/cat/a.png_/1.png')
  })

  it('is unique where names are equal, or are for some file systems, and sorts as those of the upload', () => {
    const paths = new ExportPaths(['cat'])
    const files = ['cat/1.jpg', 'cat/1.png', 'cat/10.jpg', 'cat/A.png', 'cat/E\u0301.png', 'cat/a.png', 'cat/é.png']
    const exported = files.map((file) => paths.pathOf({ ...image, file }))
    expect(exported).toEqual([
      'train/cat/1.png',
      'train/cat/1.png.2.png',
      'train/cat/10.png',
      'train/cat/A.png',
      'train/cat/E\u0301.png',
      'train/cat/a.png.2.png',
      'train/cat/é.png.2.png',
    ])
    expect([...exported].sort()).toEqual(exported)
    expect(paths.pathOf({ ...image, split: 'test', file: 'cat/1.jpg' })).toBe('test/cat/1.png')
  })

  it('has another folder for each class', () => {
    const classes = ['a/b', 'a:b', 'Cat', 'cat', 'cat_2', '..']
    const paths = new ExportPaths(classes)
    const folders = classes.map((_, label) => paths.pathOf({ ...image, label, file: 'x.png' }).split('/')[1])
    expect(folders).toEqual(['a_b', 'a_b_2', 'Cat', 'cat_2', 'cat_2_2', '__'])
  })

  it('stays within what an upload may have', () => {
    const paths = new ExportPaths(['cat'])
    const deep = `cat/${Array.from({ length: 20 }, () => 'd'.repeat(150)).join('/')}/1.png`
    expect(paths.pathOf({ ...image, file: deep })).toBe('train/cat/1.png')
  })
})

describe('a row of labels.csv', () => {
  it.each([
    'cat',
    'a,b',
    'say "cat"',
    ' spaces ',
    'two  spaces',
    'no\u00a0break',
    '=SUM(A1)',
    '-1',
    '@x',
    'nan',
    'null',
    '[1]',
    '["a"]',
    '{"choices": []}',
    'semi;colon|pipe',
    "it's",
    '01',
    'é',
    '👩‍🎨',
    'sep=;',
    '#x',
  ])('is read as class %j', (name) => {
    const text = `file,label,split\n${labelsRow({ file: 'train/x/a "1", b.png', className: name, split: 'train' })}`
    const rows = tableRows('labels.csv', text)
    const read: unknown[] = []
    const columns = columnsOf('labels.csv', rows, { groupBy: undefined, isImage: () => false })
    rows.read((values, row) => {
      read.push([values[columns.file], rowLabel(values, columns, `row ${row}`), values[columns.split ?? -1]])
    })
    expect(read).toEqual([['train/x/a "1", b.png', name, 'train']])
  })
})
