import { labelOf } from '../layout/row-label.ts'

export const LABELS_FILE = 'labels.csv'

/** The header of labels.csv; groups have a column where images have any. */
export const labelsHeader = (hasGroups: boolean): string => `file,label,split${hasGroups ? ',group' : ''}\n`

/** What a row says of an image. */
export interface LabelsRow {
  file: string
  className: string
  split: string
  /** Absent where no image of the data set has a group. */
  group?: string
}

/** A row of labels.csv (RFC 4180), whose label ingest reads as this class. */
export const labelsRow = ({ file, className, split, group }: LabelsRow): string =>
  `${quoted(file)},${quoted(labelOf(className))},${split}${group === undefined ? '' : `,${quoted(group)}`}\n`

/** Quoted wherever a reader may take it for something else; spaces at the ends of plain fields are trimmed by some. */
const quoted = (text: string): string => (/[",;|\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
