import { loadImaging, type Imaging } from '../imaging.ts'

/** Quality of stored JPEGs, with the full resolution of colours: the loss is about one level of 255 in the mean. */
export const JPEG_QUALITY = 95
const LENGTH_BYTES = 4
/** Blocks of 8 pixels are padded, and no block is larger than its pixels; headers are below this. */
const MAX_HEADER_BYTES = 2048

interface Pixels {
  data: Uint8Array
  width: number
  height: number
  channels: number
}

let imaging: Imaging | undefined
let room = new Uint8Array(0)

/** An image of 1 or 3 channels as a JPEG file after its length (u32, little endian), as it is stored; valid until the next call. */
export function encodeJpeg({ data, width, height, channels }: Pixels): Uint8Array {
  imaging ??= loadImaging()
  const padded = Math.ceil(width / 16) * 16 * Math.ceil(height / 16) * 16
  const most = LENGTH_BYTES + MAX_HEADER_BYTES + padded * 2 * Math.max(2, channels)
  if (room.byteLength < most) room = new Uint8Array(most)
  const into = room.subarray(0, most)
  imaging.parameters.set([width, height, channels, most, 1, 1, JPEG_QUALITY])
  imaging.run(imaging.operations.encodeJpeg, into, data)
  const length = new DataView(into.buffer).getUint32(0, true)
  return into.subarray(0, LENGTH_BYTES + length)
}

/** Decodes what `encodeJpeg` made, to an image of known size. */
export function decodeJpeg(file: Uint8Array, into: Pixels): void {
  imaging ??= loadImaging()
  imaging.parameters.set([file.byteLength, 1, 1, into.width, into.height, into.channels])
  imaging.run(imaging.operations.decodeJpeg, into.data, file)
}
