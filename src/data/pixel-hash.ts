import { createHash } from 'node:crypto'
import type { DecodedImage } from './decoded-image.ts'
import { depthOf } from './pixel-depth.ts'

/** SHA-256 of an image's size, channels, depth and decoded pixels, whatever file it was in. */
export function pixelHash(image: DecodedImage): Buffer {
  const { width, height, channels } = image
  const depth = depthOf(image)
  return createHash('sha256')
    .update(`${width}x${height}x${channels}${depth === 'uint8' ? '' : depth}:`)
    .update(bytesOf(image))
    .digest()
}

/** The pixels as bytes, in the order of this machine. */
export const bytesOf = ({ data }: DecodedImage): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
