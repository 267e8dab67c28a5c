import iconv from 'iconv-lite'
import { detectEncoding, isUtf8 } from '../source/encodings.ts'

const MARKS: readonly [mark: readonly number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf8'],
  [[0xff, 0xfe, 0x00, 0x00], 'utf32le'],
  [[0x00, 0x00, 0xfe, 0xff], 'utf32be'],
  [[0xff, 0xfe], 'utf16le'],
  [[0xfe, 0xff], 'utf16be'],
]
const LOOKED_AT_BYTES = 4096
const MAX_SAMPLED_WORDS = 2000
/** Of the bytes at even or odd places, at least so many are NUL in UTF-16 of mostly Latin letters. */
const MIN_NUL_FRACTION = 0.3

/** The text of a table; `guessed` names an encoding that nothing in the file declares. */
export interface TableText {
  text: string
  guessed: string | undefined
}

/** Decodes by the byte-order mark, as UTF-8 where it is that, as UTF-16 where its NULs say so, else by what its words look like. */
export function decodeTable(data: Buffer): TableText {
  const marked = MARKS.find(([mark]) => mark.every((byte, i) => data[i] === byte))
  if (marked !== undefined)
    return { text: iconv.decode(data.subarray(marked[0].length), marked[1]), guessed: undefined }
  const wide = utf16Order(data)
  if (wide !== undefined) return { text: iconv.decode(data, wide), guessed: undefined }
  if (isUtf8(data)) return { text: data.toString('utf8'), guessed: undefined }
  const { label, decode } = detectEncoding(foreignWords(data), 'unix')
  return { text: decode(data), guessed: label }
}

function utf16Order(data: Buffer): 'utf16le' | 'utf16be' | undefined {
  if (data.byteLength % 2 !== 0) return undefined
  const looked = data.subarray(0, LOOKED_AT_BYTES)
  const nuls = [0, 0]
  looked.forEach((byte, i) => {
    if (byte === 0) nuls[i % 2]!++
  })
  const [even = 0, odd = 0] = nuls.map((count) => count / (looked.byteLength / 2))
  if (odd >= MIN_NUL_FRACTION && even < MIN_NUL_FRACTION) return 'utf16le'
  return even >= MIN_NUL_FRACTION && odd < MIN_NUL_FRACTION ? 'utf16be' : undefined
}

const isSeparator = (byte: number): boolean => byte < 0x30 || byte === 0x3b || byte === 0x3a || byte === 0x7c

/** Words with bytes beyond ASCII, which are what tells encodings apart. */
function foreignWords(data: Buffer): Buffer[] {
  const words: Buffer[] = []
  let start = 0
  let foreign = false
  for (let i = 0; i <= data.byteLength && words.length < MAX_SAMPLED_WORDS; i++) {
    const byte = data[i] ?? 0
    if (!isSeparator(byte)) {
      foreign ||= byte > 0x7f
      continue
    }
    if (foreign) words.push(data.subarray(start, i))
    start = i + 1
    foreign = false
  }
  return words
}
