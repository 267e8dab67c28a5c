import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'
import { columnNotes, shownColumns } from './column-notes.ts'
import { fileColumn } from './file-column.ts'
import { splitNamed } from './split-words.ts'
import type { TableRows } from './table-rows.ts'

/** Header names by meaning, the preferred first: those of Keras, Hugging Face, Kaggle, ISIC, Roboflow, Label Studio and others. */
const NAMES = {
  file: [
    ...['file', 'filename', 'filepath', 'filepaths', 'path', 'paths', 'imagepath', 'imagefile', 'imagefilename'],
    ...['imagename', 'image', 'images', 'imageindex', 'imageid', 'imgpath', 'imgname', 'img', 'imgid', 'isicid'],
    ...['photo', 'picture', 'fname', 'filenames', 'id', 'ids', 'name', 'url'],
  ],
  label: [
    ...['label', 'labels', 'class', 'classes', 'labelname', 'classname', 'classlabel', 'category', 'categoryname'],
    ...['choice', 'target', 'diagnosis', 'dx', 'species', 'breed', 'tag', 'labelid', 'classid', 'categoryid', 'y'],
  ],
  split: ['split', 'splits'],
  /** Only where all of their values are words for splits. */
  maybeSplit: ['subset', 'set', 'partition', 'mluse', 'usage', 'dataset', 'phase', 'fold'],
  group: ['group', 'groupid'],
  /** 1 or true for validation images, as fastai has it. */
  isVal: ['isvalid', 'isval', 'isvalidation'],
} as const

/** Rows whose values are looked up among the images. */
const MAX_LOOKED_UP = 1000
const IMAGE_NAME = /\.(?:png|jpe?g|webp|gif|tiff?|bmp|avif|heic|jxl|p[bgnp]m)$/i
/** Columns of numbers next to a column per class, as in ISIC's test sets. */
const WEIGHT = 'weight'
const INDICATORS = new Map([
  ['0', false],
  ['0.0', false],
  ['false', false],
  ['1', true],
  ['1.0', true],
  ['true', true],
])

/** Whether a value of a column per class says that the image is of it; `undefined` for no such value. */
export const indicated = (value: string): boolean | undefined => INDICATORS.get(value.toLowerCase())

/** What the columns of a table are, by index: there is a label column, or a column per class, or neither. */
export interface Columns {
  file: number
  label: number | undefined
  split: number | undefined
  /** Says with 0 and 1 which images are for validation, where there is no column for splits. */
  isVal: number | undefined
  group: number | undefined
  classes: readonly { index: number; name: string }[]
  /** Sentences about choices that were made. */
  notes: string[]
}

const key = (name: string): string => name.toLowerCase().replaceAll(/[\s_.-]/g, '')

/**
 * Tells what the columns of a table are.
 * @param isImage whether a value may mean an image of the data set
 * @throws AppError `dataset_layout` with the columns that are expected and those that were found.
 */
export function columnsOf(
  path: string,
  rows: TableRows,
  { groupBy, isImage }: { groupBy: string | undefined; isImage: (value: string) => boolean },
): Columns {
  const names = rows.header.map(key)
  const all = (meaning: keyof typeof NAMES): number[] =>
    NAMES[meaning].map((name) => names.indexOf(name)).filter((index) => index >= 0)
  const named = all('file')
  const shapes = columnShapes(rows, isImage)
  const file = fileColumn(
    named,
    shapes.map(({ images }) => images),
  )
  const isHeader = !rows.header.some((name) => IMAGE_NAME.test(name))
  if (file === undefined || (named.length === 0 && !isHeader)) throw noFileColumn(path, rows.header, isHeader)
  const label = all('label').filter((index) => index !== file)
  const split = all('split')[0] ?? all('maybeSplit').find((index) => shapes[index]?.isSplit === true)
  const group = groupBy === undefined || groupBy === 'folder' ? all('group')[0] : names.indexOf(key(groupBy))
  if (group === -1)
    throw new AppError(
      'dataset_layout',
      `${path} has no column ${printable(groupBy ?? '', 80)} to group by; it has ${shownColumns(rows.header)}.`,
    )
  const [isVal] = split === undefined ? all('isVal').filter((index) => shapes[index]?.isIndicator === true) : []
  const taken = new Set([file, split, isVal, group])
  const classes =
    label.length > 0
      ? []
      : rows.header.flatMap((name, index) =>
          !taken.has(index) &&
          name !== '' &&
          names[index]?.endsWith(WEIGHT) !== true &&
          shapes[index]?.isIndicator === true
            ? [{ index, name }]
            : [],
        )
  return {
    file,
    label: label[0],
    split,
    isVal,
    group,
    classes: classes.length > 1 ? classes : [],
    notes: columnNotes(path, rows.header, {
      file,
      isFileByValues: !named.includes(file),
      label,
      split,
      unusedSplits: split === undefined ? all('maybeSplit') : [],
    }),
  }
}

export const noLabelColumn = (path: string, header: readonly string[]): AppError =>
  new AppError(
    'dataset_layout',
    `${path} has no column for the class: one called label, class or category is expected, or a column per class with 0 and 1; its header is ${shownColumns(header)}.`,
  )

function noFileColumn(path: string, header: readonly string[], isHeader: boolean): AppError {
  return new AppError(
    'dataset_layout',
    !isHeader
      ? `${path} has no header: its first line is ${shownColumns(header)}. A first line such as file,label is expected.`
      : `${path} has no column for the file: columns such as file (or file_name, image) and label (or class, category) are expected in the header; found ${header.length === 0 ? 'nothing' : shownColumns(header)}.`,
  )
}

interface ColumnShape {
  /** Nothing but 0 and 1. */
  isIndicator: boolean
  /** Nothing but words for splits. */
  isSplit: boolean
  /** Fraction of the first values that may mean an image. */
  images: number
}

/** What the values of the columns tell. */
function columnShapes(rows: TableRows, isImage: (value: string) => boolean): ColumnShape[] {
  const shapes = rows.header.map((): ColumnShape => ({ isIndicator: true, isSplit: true, images: 0 }))
  let count = 0
  rows.read((values) => {
    count++
    for (const [index, shape] of shapes.entries()) {
      const value = values[index] ?? ''
      if (shape.isIndicator && indicated(value) === undefined) shape.isIndicator = false
      if (shape.isSplit && value !== '' && splitNamed(value) === undefined) shape.isSplit = false
      if (count <= MAX_LOOKED_UP && value !== '' && isImage(value)) shape.images++
    }
  })
  if (count === 0) return rows.header.map(() => ({ isIndicator: false, isSplit: false, images: 0 }))
  for (const shape of shapes) shape.images /= Math.min(count, MAX_LOOKED_UP)
  return shapes
}
