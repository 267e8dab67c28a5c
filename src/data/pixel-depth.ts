import type { DecodedImage, PixelData } from './decoded-image.ts'

export type PixelDepth = 'uint8' | 'uint16' | 'float32'

export const BYTES_PER_VALUE: Readonly<Record<PixelDepth, number>> = { uint8: 1, uint16: 2, float32: 4 }

export function depthOf({ data }: DecodedImage): PixelDepth {
  if (data instanceof Uint8Array) return 'uint8'
  return data instanceof Uint16Array ? 'uint16' : 'float32'
}

/** Bytes as the values that they are of, in the machine's order. */
export function valuesOf(bytes: Uint8Array, depth: PixelDepth): PixelData {
  if (depth === 'uint8') return bytes
  // Of a buffer of its own, so that values are where their size allows.
  const { buffer } = Uint8Array.from(bytes)
  return depth === 'uint16' ? new Uint16Array(buffer) : new Float32Array(buffer)
}
