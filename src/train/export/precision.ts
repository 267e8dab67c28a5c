import { fromHalf, toHalf } from '../weights/half.ts'
import type { ExportPrecision } from './metadata.ts'

/** A tensor in fewer bits: what is stored, and the values that a reader gets back. */
export interface Reduced {
  data: Uint8Array
  /** w = q·scale + min, for uint8. */
  quantization?: { dtype: 'uint8'; min: number; scale: number } | { dtype: 'float16' }
  values: Float32Array
}

const bytesOf = (values: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/**
 * Stores values in a precision. uint8 is for filters and matrices alone: vectors (biases, batch norms) are a hundredth of the bytes and
 * stay float32.
 */
export function reduce(values: Float32Array, rank: number, precision: ExportPrecision): Reduced {
  if (precision === 'float16') {
    const halves = Uint16Array.from(values, toHalf)
    return { data: bytesOf(halves), quantization: { dtype: 'float16' }, values: Float32Array.from(halves, fromHalf) }
  }
  if (precision === 'uint8' && rank > 1) {
    let [min, max] = [Infinity, -Infinity]
    for (const value of values) {
      min = Math.min(min, value)
      max = Math.max(max, value)
    }
    const scale = max > min ? (max - min) / 255 : 1
    const data = Uint8Array.from(values, (value) => Math.round((value - min) / scale))
    const restored = Float32Array.from(data, (step) => step * scale + min)
    return { data, quantization: { dtype: 'uint8', min, scale }, values: restored }
  }
  return { data: bytesOf(values), values }
}
