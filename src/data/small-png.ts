import type { RasterImage } from '../zoo/raster-image.ts'
import { imagingPath, loadImaging, type Imaging } from './imaging.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const MAX_AREA = 128 * 128
/** Of each colour type of a PNG (grey, RGB, palette, grey and RGB with transparency), what is kept. */
const CHANNELS: Readonly<Record<number, 1 | 3>> = { 0: 1, 2: 3, 3: 3, 4: 1, 6: 3 }

let imaging: Imaging | undefined

/**
 * Decodes PNGs of a few thousand pixels at once: setting up libvips takes many times as long as such an image.
 * @returns undefined for every other file, broken ones too, which then get sharp's verdict.
 */
export function decodeSmallPng(file: Buffer): RasterImage | undefined {
  if (file.byteLength < 33 || !file.subarray(0, 8).equals(SIGNATURE)) return undefined
  const [width, height, depth] = [file.readUInt32BE(16), file.readUInt32BE(20), file[24]!]
  const channels = CHANNELS[file[25]!]
  if (width * height === 0 || width * height > MAX_AREA || depth > 8 || channels === undefined) return undefined
  if (imaging === undefined && imagingPath === undefined) return undefined
  imaging ??= loadImaging()
  const data = new Uint8Array(width * height * channels)
  imaging.parameters.set([file.byteLength, 1, 1, width, height, channels])
  try {
    imaging.run(imaging.operations.decodePng, data, file)
  } catch {
    return undefined
  }
  return { data, width, height, channels }
}
