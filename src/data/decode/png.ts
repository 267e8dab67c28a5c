import type { DecodedImage } from '../decoded-image.ts'
import { dropOpaqueAlpha } from './alpha.ts'
import { exifOrientation, type Orientation } from './exif.ts'
import { nativeDecoder } from './native.ts'
import { orient } from './orient.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const MAX_AREA = 128 * 128
/** Of each colour type of a PNG (grey, RGB, palette, grey and RGB with alpha), the channels without alpha. */
const COLOURS: Readonly<Record<number, 1 | 3>> = { 0: 1, 2: 3, 3: 3, 4: 1, 6: 3 }
const ALPHA_TYPES = 4

/**
 * Decodes PNGs of a few thousand pixels at once: setting up libvips takes many times as long as such an image.
 * @returns undefined for every other file, broken ones too, which then get sharp's verdict.
 */
export function decodeSmallPng(file: Buffer): DecodedImage<Uint8Array> | undefined {
  if (file.byteLength < 33 || !file.subarray(0, 8).equals(SIGNATURE)) return undefined
  const [width, height, depth, type] = [file.readUInt32BE(16), file.readUInt32BE(20), file[24]!, file[25]!]
  const colours = COLOURS[type]
  if (width * height === 0 || width * height > MAX_AREA || depth > 8 || colours === undefined) return undefined
  const native = nativeDecoder()
  if (native === undefined) return undefined
  const { transparent, orientation } = readChunks(file)
  const channels = (colours + (transparent || (type & ALPHA_TYPES) !== 0 ? 1 : 0)) as DecodedImage['channels']
  const image = native.decode('decodePng', file, { width, height, channels })
  return image && orient(dropOpaqueAlpha(image), orientation)
}

/** What chunks say of transparency and orientation, as far as the file is whole. */
function readChunks(file: Buffer): { transparent: boolean; orientation: Orientation } {
  const found = { transparent: false, orientation: 1 as Orientation }
  for (let at = SIGNATURE.byteLength; at + 12 <= file.byteLength;) {
    const length = file.readUInt32BE(at)
    const kind = file.toString('latin1', at + 4, at + 8)
    if (kind === 'tRNS') found.transparent = true
    if (kind === 'eXIf') found.orientation = exifOrientation(file.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return found
}
