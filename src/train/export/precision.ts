import { fromHalf, toHalf } from '../weights/half.ts'
import type { ExportPrecision } from '../weights/export-metadata.ts'

/** A tensor in fewer bits. */
export interface Reduced {
  data: Uint8Array
  /** w = q·scale + min, for uint8. */
  quantization?: { dtype: 'uint8'; min: number; scale: number } | { dtype: 'float16' }
}

const bytesOf = (values: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/**
 * Stores values in a precision. uint8 is for filters and matrices alone: vectors (biases, batch norms) are a hundredth of the bytes and
 * stay float32.
 */
export function reduce(values: Float32Array, rank: number, precision: ExportPrecision): Reduced {
  if (precision === 'float16') {
    const halves = new Uint16Array(values.length)
    for (let i = 0; i < values.length; i++) halves[i] = toHalf(values[i] ?? 0)
    return { data: bytesOf(halves), quantization: { dtype: 'float16' } }
  }
  if (precision === 'uint8' && rank > 1) {
    let [min, max] = [Infinity, -Infinity]
    for (const value of values) {
      if (value < min) min = value
      if (value > max) max = value
    }
    const scale = max > min ? (max - min) / 255 : 1
    const data = new Uint8Array(values.length)
    for (let i = 0; i < values.length; i++) data[i] = Math.round(((values[i] ?? 0) - min) / scale)
    return { data, quantization: { dtype: 'uint8', min, scale } }
  }
  return { data: bytesOf(values) }
}

/** The values that a reader of a stored tensor gets. */
export function restore(values: Float32Array, { data, quantization }: Reduced): Float32Array {
  if (quantization === undefined) return values
  const restored = new Float32Array(values.length)
  if (quantization.dtype === 'float16') {
    const halves = new Uint16Array(data.buffer, data.byteOffset, values.length)
    for (let i = 0; i < restored.length; i++) restored[i] = fromHalf(halves[i] ?? 0)
    return restored
  }
  const { scale, min } = quantization
  for (let i = 0; i < restored.length; i++) restored[i] = (data[i] ?? 0) * scale + min
  return restored
}
