import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { TranscodeTask, Transcoded } from '../transcode.ts'
import { transcodeWithMagick } from './magick.ts'

interface FrameInfo {
  width: number
  height: number
  bitsPerSample: number
  componentCount: number
  isSigned: boolean
}
interface Decoder {
  getEncodedBuffer(bytes: number): Uint8Array
  decode(): void
  getFrameInfo(): FrameInfo
  getDecodedBuffer(): Uint8Array
  delete(): void
}
type OpenJpeg = (options: {
  wasmBinary: Buffer
  print: () => void
  printErr: () => void
}) => Promise<{ J2KDecoder: new () => Decoder }>

const require = createRequire(import.meta.url)
const openJpeg = require('@cornerstonejs/codec-openjpeg/decodewasmjs') as OpenJpeg
const silent = (): void => undefined
const loading = openJpeg({
  wasmBinary: readFileSync(require.resolve('@cornerstonejs/codec-openjpeg/decodewasm')),
  print: silent,
  printErr: silent,
})

/** Makes a PGM or PPM of 16 bits of a file with more than 8, of which ImageMagick keeps only 8. */
export async function transcodeJpeg2000(task: TranscodeTask): Promise<Transcoded> {
  const { file, pixels } = task
  const { width = 0, height = 0, bits = 0 } = headerOf(Buffer.from(file.buffer, file.byteOffset, file.byteLength)) ?? {}
  // What is wrong with a header, ImageMagick says.
  if (bits <= 8) return transcodeWithMagick(task)
  if (width * height > pixels) return { tooLarge: { width, height } }
  const decoder = new (await loading).J2KDecoder()
  try {
    decoder.getEncodedBuffer(file.byteLength).set(file)
    decoder.decode()
    const { bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo()
    if (isSigned || bitsPerSample > 16) return { failure: 'its samples are signed or have more than 16 bits' }
    const samples = Buffer.from(decoder.getDecodedBuffer()).swap16()
    const head = `P${componentCount === 1 ? 5 : 6} ${width} ${height} ${2 ** bitsPerSample - 1}\n`
    return { image: Uint8Array.from(Buffer.concat([Buffer.from(head), samples])) }
  } catch (error) {
    // Exceptions of C++ are numbers; anything else leaves WebAssembly's memory in an unknown state, and ends the thread.
    if (typeof error !== 'number') throw error
    return { failure: 'the file is damaged, or has other than 1 or 3 channels' }
  } finally {
    decoder.delete()
  }
}

/** Where a codestream starts, in a file of its own or in a container: its start and its image and tile size. */
const START = Buffer.from([0xff, 0x4f, 0xff, 0x51])

/** Source: ISO/IEC 15444-1, A.5.1. */
function headerOf(file: Buffer): { width: number; height: number; bits: number } | undefined {
  const at = file.indexOf(START) + START.byteLength
  if (at < START.byteLength || at + 39 > file.byteLength) return undefined
  const [right, bottom, left, top] = [4, 8, 12, 16].map((offset) => file.readUInt32BE(at + offset)) as [
    number,
    number,
    number,
    number,
  ]
  return { width: right - left, height: bottom - top, bits: (file[at + 38]! & 0x7f) + 1 }
}
