import type { DecodedImage } from '../decoded-image.ts'
import { decodeNatively } from './native.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * Decodes PNGs of a few thousand pixels at once, which takes microseconds.
 * @returns undefined for every other file.
 */
export function decodeSmallPng(file: Buffer): DecodedImage<Uint8Array> | undefined {
  if (!file.subarray(0, SIGNATURE.byteLength).equals(SIGNATURE)) return undefined
  return decodeNatively(file, { pixels: Infinity, shorterSide: Infinity })
}
