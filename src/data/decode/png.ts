import type { DecodedImage } from '../decoded-image.ts'
import { decodeNatively } from './native.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Of a chunk without its content: length, kind and checksum. */
const CHUNK_BYTES = 12

/**
 * Decodes PNGs of a few thousand pixels at once, which takes microseconds.
 * @returns undefined for every other file.
 */
export function decodeSmallPng(file: Buffer): DecodedImage<Uint8Array> | undefined {
  if (!file.subarray(0, SIGNATURE.byteLength).equals(SIGNATURE)) return undefined
  return decodeNatively(file, { pixels: Infinity, shorterSide: Infinity })
}

/** A PNG with its Exif before its pixels, where libvips looks for it; the file itself where there is none behind them. */
export function withEarlyExif(file: Buffer): Buffer {
  if (!file.subarray(0, SIGNATURE.byteLength).equals(SIGNATURE)) return file
  let [at, pixels, exif] = [SIGNATURE.byteLength, -1, -1]
  while (at + CHUNK_BYTES <= file.byteLength && exif < 0) {
    const kind = file.toString('latin1', at + 4, at + 8)
    if (kind === 'IDAT' && pixels < 0) pixels = at
    if (kind === 'eXIf') exif = at
    at += CHUNK_BYTES + file.readUInt32BE(at)
  }
  if (pixels < 0 || exif < pixels || at > file.byteLength) return file
  return Buffer.concat([
    file.subarray(0, pixels),
    file.subarray(exif, at),
    file.subarray(pixels, exif),
    file.subarray(at),
  ])
}
