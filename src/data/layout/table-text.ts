import iconv from 'iconv-lite'
import { detectEncoding, isUtf8 } from '../source/encodings.ts'

const MARKS: readonly [mark: readonly number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf8'],
  [[0xff, 0xfe, 0, 0], 'utf32le'],
  [[0, 0, 0xfe, 0xff], 'utf32be'],
  [[0xff, 0xfe], 'utf16le'],
  [[0xfe, 0xff], 'utf16be'],
]
const LOOKED_AT_BYTES = 4096
const MAX_WORDS = 2000
/** In UTF-16 of mostly Latin letters, at least so much of the even or the odd bytes is zero. */
const MIN_ZEROS = 0.3

export interface TableText {
  text: string
  /** An encoding that the file does not declare and that is not UTF-8. */
  guessed: string | undefined
}

/** Decodes a table by its byte order mark, as UTF-8 if it is, as UTF-16 if its zeros say so, else by what its words look like. */
export function decodeTable(data: Buffer): TableText {
  const marked = MARKS.find(([mark]) => mark.every((byte, i) => data[i] === byte))
  if (marked !== undefined)
    return { text: iconv.decode(data.subarray(marked[0].length), marked[1]), guessed: undefined }
  const wide = utf16Order(data)
  if (wide !== undefined)
    return { text: iconv.decode(data, wide === 'UTF-16LE' ? 'utf16le' : 'utf16be'), guessed: wide }
  if (isUtf8(data)) return { text: data.toString('utf8'), guessed: undefined }
  const { label, decode } = detectEncoding(foreignWords(data), 'unix')
  return { text: decode(data), guessed: label }
}

function utf16Order(data: Buffer): 'UTF-16LE' | 'UTF-16BE' | undefined {
  const looked = data.subarray(0, LOOKED_AT_BYTES)
  const zeros = [0, 0]
  for (const [i, byte] of looked.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros.map((count) => count / (looked.byteLength / 2))
  if (odd > MIN_ZEROS && even < odd / 4) return 'UTF-16LE'
  return even > MIN_ZEROS && odd < even / 4 ? 'UTF-16BE' : undefined
}

/** Words with bytes beyond ASCII, each once. */
function foreignWords(data: Buffer): Buffer[] {
  const words = new Set<string>()
  // oxlint-disable-next-line no-control-regex -- bytes as characters
  for (const [word] of data.toString('latin1').matchAll(/[^\x00-\x40\x5b-\x60]+/g)) {
    if (!/[\x80-\xff]/.test(word)) continue
    words.add(word)
    if (words.size >= MAX_WORDS) break
  }
  return [...words].map((word) => Buffer.from(word, 'latin1'))
}
