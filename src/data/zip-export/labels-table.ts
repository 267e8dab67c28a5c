import { labelOf } from '../layout/row-label.ts'

export const LABELS_FILE = 'labels.csv'
export const LABELS_HEADER = 'file,label,split\n'

/** A row of labels.csv (RFC 4180), whose label ingest reads as this class. */
export const labelsRow = (file: string, className: string, split: string): string =>
  `${quoted(file)},${quoted(labelOf(className))},${split}\n`

/** Quoted wherever a reader may take it for something else; spaces at the ends of plain fields are trimmed by some. */
const quoted = (text: string): string => (/[",;|\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
