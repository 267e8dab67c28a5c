import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { crc32, deflateSync } from 'node:zlib'
import yazl from 'yazl'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const FAST = { level: 1 }

/** A zip with a folder per class: grey PNGs that take little time to make and to send, and a byte per pixel once they are packed. */
export async function writeGreyImages(
  path: string,
  { classes, images, side }: { classes: number; images: number; side: number },
): Promise<string> {
  const zip = new yazl.ZipFile()
  for (let i = 0; i < images; i++)
    zip.addBuffer(greyPng(i, i % classes, side), `class${i % classes}/${i}.png`, { compress: false })
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
  return path
}

/** Rows of the class's brightness, of which the first one differs from image to image. */
function greyPng(index: number, label: number, side: number): Buffer {
  const rows = Buffer.alloc(side * (side + 1), 40 * (label + 1))
  for (let y = 0; y < side; y++) rows[y * (side + 1)] = 0
  for (let x = 0; x < 32; x++) rows[1 + x] = (index >>> x) & 1 ? 255 : 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 8
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, FAST)), chunk('IEND')])
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.byteLength)
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, sum])
}
