import { decode } from 'fast-png'
import type { RasterImage } from '../zoo/define.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const LARGEST_AREA = 128 * 128
const GREY = 0
const RGB = 2

/**
 * Decodes plain 8-bit PNGs of a few thousand pixels in JavaScript: setting up libvips takes five times as long as such an image.
 * @returns undefined for every other file, broken ones too, which then get sharp's verdict.
 */
export function decodeSmallPng(file: Buffer): RasterImage | undefined {
  if (file.byteLength < 33 || !file.subarray(0, 8).equals(SIGNATURE)) return undefined
  const [area, depth, colour, interlaced] = [
    file.readUInt32BE(16) * file.readUInt32BE(20),
    file[24],
    file[25],
    file[28],
  ]
  if (area === 0 || area > LARGEST_AREA || depth !== 8 || (colour !== GREY && colour !== RGB) || interlaced !== 0)
    return undefined
  if (file.includes('tRNS', 33, 'latin1')) return undefined
  try {
    const { data, width, height, channels } = decode(file, { checkCrc: true })
    return data instanceof Uint8Array ? { data, width, height, channels } : undefined
  } catch {
    return undefined
  }
}
