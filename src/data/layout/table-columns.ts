import { printable } from '../text.ts'

/** Header names by meaning, in the order in which they are preferred; those of Keras, Hugging Face, Kaggle, ISIC, Roboflow and Label Studio. */
const NAMES = {
  file: [
    ...['file', 'filename', 'filepath', 'path', 'image', 'imagepath', 'imagefile', 'imagefilename', 'imagename', 'img'],
    ...['imgpath', 'imgname', 'imageid', 'imgid', 'fname', 'id'],
  ],
  label: [
    ...[
      'label',
      'labels',
      'class',
      'classname',
      'classlabel',
      'labelname',
      'category',
      'categoryname',
      'choice',
      'target',
    ],
    ...['diagnosis', 'dx', 'species', 'breed', 'tag', 'y', 'classid', 'labelid', 'categoryid'],
  ],
  split: ['split', 'splits', 'subset', 'set', 'partition', 'mluse'],
  group: ['group', 'groupid'],
} as const
type Meaning = keyof typeof NAMES

const MAX_SHOWN = 12
const IMAGE_NAME = /\.(?:png|jpe?g|webp|gif|tiff?|bmp|avif|heic|jxl|p[bgnp]m)$/i

/** What the columns of a table mean, by index; a table has either a label column or one column per class. */
export interface Columns {
  file: number
  label: number | undefined
  split: number | undefined
  group: number | undefined
  classes: readonly { index: number; name: string }[]
}

const key = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '')

/**
 * Reads a header.
 * @param isIndicator whether the values of a column are all 0 or 1, so that it may stand for a class.
 * @returns the columns, or a sentence that says what was expected and what was found.
 */
export function readHeader(header: readonly string[], isIndicator: (index: number) => boolean): Columns | string {
  const names = header.map(key)
  const find = (meaning: Meaning): number | undefined => {
    const wanted = (NAMES[meaning] as readonly string[]).find((name) => names.includes(name))
    return wanted === undefined ? undefined : names.indexOf(wanted)
  }
  const file = find('file')
  if (file === undefined) return unknownColumns(header)
  const [split, group] = [find('split'), find('group')]
  const label = find('label')
  if (label !== undefined && label !== file) return { file, label, split, group, classes: [] }
  const others = [...names.keys()].filter((i) => ![file, split, group].includes(i) && names[i] !== '')
  const classes = others.filter(isIndicator).map((index) => ({ index, name: (header[index] ?? '').trim() }))
  return classes.length >= 2 ? { file, label: undefined, split, group, classes } : unknownColumns(header)
}

/** Whether a header names a column of files. */
export const namesFiles = (header: readonly string[]): boolean =>
  header.some((name) => (NAMES.file as readonly string[]).includes(key(name)))

function unknownColumns(header: readonly string[]): string {
  const found = header.slice(0, MAX_SHOWN).map((name) => JSON.stringify(printable(name.trim(), 40)))
  const more = header.length > MAX_SHOWN ? `, and ${header.length - MAX_SHOWN} more` : ''
  const hint = header.some((name) => IMAGE_NAME.test(name.trim()))
    ? ' The first row names an image: put a header such as file,label before it.'
    : ''
  return (
    `the columns found are ${found.join(', ')}${more}; expected are one of files (file, filename, file_name, path, image, image_id, id) ` +
    `and one of classes (label, class, category, choice, target, diagnosis), or one column of 0 and 1 per class.${hint}`
  )
}
