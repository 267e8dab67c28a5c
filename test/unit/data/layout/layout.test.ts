import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { byNumberThenName, joinedNames, lookAlikes } from '../../../../src/data/layout/class-names.ts'
import type { LayoutOptions } from '../../../../src/data/layout/layout.ts'
import { createLayoutScan } from '../../../../src/data/layout/scan.ts'

function layoutOf(images: string[], tables: Record<string, string | Buffer> = {}, options: LayoutOptions = {}) {
  const scan = createLayoutScan()
  for (const path of images) scan.image(path)
  for (const [path, text] of Object.entries(tables)) scan.table(path, Buffer.from(text))
  return scan.finish(options)
}

/** `label` or `split/label` per image; the code of what is set aside. */
const placed = (images: string[], tables?: Record<string, string | Buffer>, options?: LayoutOptions): string[] => {
  const layout = layoutOf(images, tables, options)
  return images.map((path) => {
    const placement = layout.placementOf(path)
    if ('code' in placement) return placement.code
    return placement.split === undefined ? placement.label : `${placement.split}/${placement.label}`
  })
}

describe('folders', () => {
  it.each([
    ['classes', ['ant/1.png', 'bee/2.png'], ['ant', 'bee']],
    ['splits in any case', ['Training/ant/1.png', 'HOLDOUT/bee/2.png'], ['train/ant', 'test/bee']],
    ['splits in classes', ['ant/train/1.png', 'bee/dev/2.png'], ['train/ant', 'val/bee']],
    ['wrapping folders', ['a/b/ant/1.png', 'a/b/bee/2.png', 'a/x.png'], ['ant', 'bee', 'image_unlabelled']],
    [
      'other folders',
      ['d/train/ant/1.png', 'd/val/ant/2.png', 'doc/3.png'],
      ['train/ant', 'val/ant', 'image_unlabelled'],
    ],
    ['split words with endings', ['train_set/ant/1.png', 'val2017/ant/2.png'], ['train/ant', 'val/ant']],
    [
      'splits that differ in their word only, repeated below',
      ['seg_train/seg_train/ant/1.png', 'seg_test/seg_test/bee/2.png', 'seg_pred/3.png'],
      ['train/ant', 'test/bee', 'image_unlabelled'],
    ],
    [
      'class folders in a folder of images',
      ['train/images/ant/1.png', 'val/images/bee/2.png'],
      ['train/ant', 'val/bee'],
    ],
    [
      'words for splits that have no counterpart',
      ['crash_test/1.png', 'freight_train/2.png'],
      ['crash_test', 'freight_train'],
    ],
    [
      'a split without class folders, repeated below',
      ['asl_train/asl_train/a/1.png', 'asl_train/asl_train/b/1.png', 'asl_test/asl_test/2.png'],
      ['train/a', 'train/b', 'image_unlabelled'],
    ],
    ['a class called train', ['bus/1.png', 'car/1.png', 'train/1.png'], ['bus', 'car', 'train']],
    ['composed and decomposed names', ['caf\u00e9/1.png', 'cafe\u0301/2.png'], ['caf\u00e9', 'caf\u00e9']],
  ])('place images by %s', (_, images, expected) => {
    expect(placed(images)).toEqual(expected)
  })

  it.each([
    ['split folders with images only', ['train/1.png', 'test/2.png'], 'train/'],
    ['a train folder next to one other', ['train/1.png', 'more/2.png'], 'train/'],
    ['a detection data set', ['train/images/1.png', 'val/images/2.png'], 'images/'],
    ['no folders', ['1.png'], 'labels.csv'],
    ['folds', ['fold1/ant/1.png', 'fold2/ant/2.png'], 'cross-validation'],
  ])('are refused for %s', (_, images, named) => {
    expect(() => layoutOf(images)).toThrow(named)
  })
})

describe('images in no class folder', () => {
  it.each([
    [
      ['train/ant/1.png', 'train/bee/2.png', 'val/3.png', 'val/4.png'],
      'The split folder val/ has no class folders: its 2 images',
    ],
    [['ant/1.png', 'bee/2.png', '3.png'], '1 image is in no class folder'],
    [['set/train/ant/1.png', 'set/test/ant/2.png', 'masks/ant/1.png'], '1 image is in no class folder of set/'],
  ])('are a warning: %s', (images, warning) => {
    expect(layoutOf(images).warnings).toContainEqual(expect.stringContaining(warning))
  })

  it('or in folders that all class folders have are a warning', () => {
    const images = ['color', 'grayscale'].flatMap((kind) => [`${kind}/ant/1.png`, `${kind}/bee/1.png`])
    expect(layoutOf(images).warnings).toEqual([
      expect.stringMatching(/ant\/, bee\/ are no classes\. All have the same folders/),
    ])
    expect(layoutOf(['ant/x/1.png', 'bee/y/1.png']).warnings[0]).toMatch(/are no classes\.$/)
  })

  it('are none where all are in some', () => {
    expect(layoutOf(['ant/1.png', 'bee/2.png', 'bee/more/3.png']).warnings.join(' ')).not.toContain('no class folder')
  })
})

describe('tables', () => {
  it('with several ends of lines are read row by row', () => {
    const text = 'file,label,\r\nimages/a.png,ant,\r\nimages/b.png,bee\nimages/c.png,bee\r'
    expect(placed(['images/a.png', 'images/b.png', 'images/c.png'], { 'labels.csv': text })).toEqual([
      'ant',
      'bee',
      'bee',
    ])
  })

  it('say which of equal columns is used, and which that may be the split is not', () => {
    const text = 'file,label,label,Usage\nimages/a.png,ant,bee,Public\nimages/b.png,bee,ant,Private\n'
    expect(layoutOf(['images/a.png', 'images/b.png'], { 'labels.csv': text }).warnings).toEqual([
      'labels.csv has several columns label; the first is used.',
      expect.stringContaining('a column Usage whose values are not all words for splits'),
    ])
  })

  it('name files in a column that is called otherwise, as its values are images', () => {
    const images = ['train_images/0a1b.png', 'train_images/7c2d.png', 'test_images/ffff.png']
    const tables = {
      'train.csv': 'id_code,eye,diagnosis\n0a1b,left,0\n7c2d,left,2',
      'test.csv': 'id_code\nffff',
      'sample_submission.csv': 'id_code,diagnosis\nffff,0',
    }
    expect(placed(images, tables)).toEqual(['train/0', 'train/2', 'image_unlabelled'])
    expect(layoutOf(images, tables).warnings).toEqual(
      expect.arrayContaining([
        'train.csv names the files in its column id_code.',
        expect.stringContaining('test.csv was not used'),
        '1 image is named by no row of train.csv and was set aside.',
      ]),
    )
    expect(placed(['a/1.png', 'a/2.png'], { 'labels.csv': 'id,scan,class\n7,1.png,x\n8,2.png,y' })).toEqual(['x', 'y'])
    const numbers = { 'labels.csv': 'row,age,class\n1,2,x\n2,1,y' }
    expect(() => layoutOf(['a/1.png', 'a/2.png'], numbers)).toThrow('has no column for the file')
  })

  it('say how many images they do not name', () => {
    const text = 'id,label\na,ant\nb,bee\n'
    const { warnings } = layoutOf(['train_images/a.png', 'train_images/b.png', 'test_images/c.png'], {
      'train.csv': text,
    })
    expect(warnings).toEqual(['1 image is named by no row of train.csv and was set aside.'])
  })

  it('of Hugging Face have images as objects', () => {
    const lines = [
      '{"image":{"path":"images/a.png","bytes":null},"label":"ant"}',
      '{"image":{"path":"images/b.png"},"label":"bee"}',
    ]
    expect(placed(['images/a.png', 'images/b.png'], { 'metadata.jsonl': lines.join('\n') })).toEqual(['ant', 'bee'])
  })

  it('have validation images by a column is_valid', () => {
    const text = 'name,label,is_valid\nimages/a.png,ant,False\nimages/b.png,bee,True\n'
    expect(placed(['images/a.png', 'images/b.png'], { 'labels.csv': text })).toEqual(['train/ant', 'val/bee'])
  })

  it('have weights next to a column per class', () => {
    const text = 'image,MEL,NV,score_weight\na,1.0,0.0,1.0\nb,0.0,1.0,1.0\n'
    expect(placed(['images/a.png', 'images/b.png'], { 'labels.csv': text })).toEqual(['MEL', 'NV'])
  })

  it('name a value that is wrong as what it is', () => {
    const text = 'file,label,split\nimages/a.png,ant,7\n'
    expect(() => layoutOf(['images/a.png'], { 'labels.csv': text })).toThrow(
      /^labels\.csv, row 1: the split is "7"; .* is expected\.$/,
    )
  })

  it('in forms that are not read are named where there are no classes', () => {
    const scan = createLayoutScan()
    scan.image('images/a.png')
    expect(() => scan.finish({}, ['labels.xlsx'])).toThrow('Not read: labels.xlsx')
  })

  it.each([
    ['train.csv', 'file,label\nimages/a.png,ant\nimages/b.png,bee\n'],
    ['list.csv', 'a,b\n'],
  ])('are named as %s where they are not read and the folders make one class', (name, text) => {
    expect(() => layoutOf(['images/a.png', 'images/b.png'], { [name]: text })).toThrow(/labels\.csv/)
  })

  const images = ['images/a.png', 'images/b.png']
  it.each([
    ['Keras', 'labels.csv', 'filename,class\nimages/a.png,ant\nimages/b.png,bee\n'],
    [
      'Hugging Face',
      'metadata.jsonl',
      '{"file_name":"images/a.png","label":"ant"}\n{"file_name":"images/b.png","label":"bee"}',
    ],
    ['Kaggle', 'labels.csv', 'image_id,label\na,ant\nb,bee\n'],
    ['ISIC', 'ISIC_GroundTruth.csv', 'image,ant,bee\na,1.0,0.0\nb,0.0,1.0\n'],
    [
      'Label Studio',
      'project-1-at-2024.json',
      '[{"image":"/data/upload/1/0a1b2c3d-a.png","id":1,"choice":"ant"},{"image":"/data/upload/1/0a1b2c3d-b.png","id":2,"choice":"bee"}]',
    ],
    ['semicolons', 'labels.csv', 'file;label\nimages/a.png;ant\nimages/b.png;bee\n'],
    ['sep=', 'labels.csv', 'sep=|\nfile|label\nimages/a.png|ant\nimages/b.png|bee\n'],
    ['other computers', 'labels.csv', 'file,label\nC:\\me\\images\\a.png,ant\nC:\\me\\images\\B.PNG,bee\n'],
  ])('of %s', (_, name, text) => {
    expect(placed(images, { [name]: text })).toEqual(['ant', 'bee'])
  })

  it.each(['utf16le', 'utf16be', 'win1252'])('in %s', (encoding) => {
    const text = 'file,label\nimages/a.png,fourmi guêpe\nimages/b.png,bee\n'
    expect(placed(images, { 'labels.csv': iconv.encode(text, encoding) })).toEqual(['fourmi guêpe', 'bee'])
  })

  it('in split folders', () => {
    const tables = {
      'train/_classes.csv': 'filename, ant, bee\na.png, 1, 0\n',
      'valid/_classes.csv': 'filename, ant, bee\na.png, 0, 1\n',
    }
    expect(placed(['train/a.png', 'valid/a.png'], tables)).toEqual(['train/ant', 'val/bee'])
  })

  it('set aside what contradicts itself, and what has no class or several', () => {
    const table = 'file,label\nimages/a.png,ant\nimages/a.png,bee\nimages/b.png,nan\n'
    expect(placed(images, { 'labels.csv': table })).toEqual(['label_conflict', 'label_missing'])
    const several = 'file,ant,bee\nimages/a.png,1,1\nimages/b.png,0,1\n'
    expect(placed(images, { 'labels.csv': several })).toEqual(['label_multiple', 'bee'])
  })

  it('name the columns that were found, or a missing header', () => {
    expect(() => layoutOf(images, { 'labels.csv': 'bild,klasse\nimages/a.png,ant\n' })).toThrow(
      'labels.csv has no column for the class: one called label, class or category is expected, or a column per class with 0 and 1; its header is bild, klasse.',
    )
    expect(() => layoutOf(images, { 'labels.csv': 'bild,klasse\n1,ant\n' })).toThrow('found bild, klasse')
    expect(() => layoutOf(images, { 'labels.csv': 'images/a.png,ant\nimages/b.png,bee\n' })).toThrow('no header')
  })

  it('name files that are not there, and are refused where none is', () => {
    const { missing } = layoutOf(images, { 'labels.csv': 'file,label\nimages/a.png,ant\ngone.png,bee\n' })
    expect(missing).toMatchObject({ count: 1, files: [{ file: 'gone.png' }] })
    expect(() => layoutOf(images, { 'labels.csv': 'file,label\ngone.png,bee\n' })).toThrow('gone.png')
  })

  it('in a class folder do not take over', () => {
    const table = { 'ant/labels.csv': 'file,label\n1.png,x\n' }
    expect(placed(['ant/1.png', 'bee/2.png'], table)).toEqual(['ant', 'bee'])
  })

  it('give groups by a column or by a folder', () => {
    const table = { 'labels.csv': 'file,label,patient\nimages/a.png,ant,7\nimages/b.png,bee,7\n' }
    expect(layoutOf(images, table, { groupBy: 'patient' }).placementOf('images/b.png')).toMatchObject({ group: '7' })
    expect(
      layoutOf(['ant/p1/1.png', 'bee/2.png'], {}, { groupBy: 'folder' }).placementOf('ant/p1/1.png'),
    ).toMatchObject({ group: 'p1' })
  })
})

describe('class names', () => {
  it('are ordered by numbers, ties by their code units', () => {
    expect(['1', '10', '01', '2'].sort(byNumberThenName)).toEqual(['01', '1', '2', '10'])
  })

  it('that join the names of others are reported', () => {
    expect(joinedNames(['ant', 'bee', 'ant|bee', 'New York'])).toEqual([
      expect.stringContaining('The class "ant|bee" has'),
    ])
    expect(joinedNames(['ant', 'bee'])).toEqual([])
  })

  it('that look alike are reported', () => {
    expect(lookAlikes(['Ant', 'ant', '1', '01', 'x', 'x '])).toHaveLength(3)
  })
})
