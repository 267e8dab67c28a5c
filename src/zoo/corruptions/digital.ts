import type { RasterImage } from '../raster-image.ts'
import { byteOf, constants, type Corruption } from './define.ts'

/** (v − m)·c + m, m being the mean of the channel. */
export const contrast: Corruption = {
  name: 'contrast',
  kind: 'digital',
  summary: 'Reduced contrast.',
  create(severity, { size, ops }) {
    const kept = constants(severity, size, { small: [0.75, 0.5, 0.4, 0.3, 0.15], large: [0.4, 0.3, 0.2, 0.1, 0.05] })
    return (image) => {
      const { data, channels } = image
      const means = new Float64Array(channels)
      for (let i = 0; i < data.length; i++) means[i % channels]! += data[i] ?? 0
      const table = new Uint8Array(256 * channels)
      means.forEach((sum, k) => {
        const mean = (sum * channels) / data.length
        for (let value = 0; value < 256; value++) table[256 * k + value] = byteOf((value - mean) * kept + mean)
      })
      return ops.lookup(image, table)
    }
  },
}

/** Shrinks by averages and enlarges by repetition, as Pillow's BOX does both. */
export const pixelate: Corruption = {
  name: 'pixelate',
  kind: 'digital',
  summary: 'Pixelation.',
  create(severity, { size }) {
    const share = constants(severity, size, { small: [0.95, 0.9, 0.85, 0.75, 0.65], large: [0.6, 0.5, 0.4, 0.3, 0.25] })
    return (image) => {
      const { width, height } = image
      const [columns, rows] = [Math.max(1, Math.floor(width * share)), Math.max(1, Math.floor(height * share))]
      return boxResize(boxResize(image, columns, rows), width, height)
    }
  },
}

/** What Pillow saves and loads. */
export const jpeg: Corruption = {
  name: 'jpeg',
  kind: 'digital',
  summary: 'JPEG compression artefacts.',
  create(severity, { size, ops }) {
    const quality = constants(severity, size, { small: [80, 65, 58, 50, 40], large: [25, 18, 15, 10, 7] })
    return (image) => ops.jpeg(image, quality)
  },
}

/** Pillow's `resize` with BOX: rows first, rounded, then columns. */
export function boxResize(image: RasterImage, width: number, height: number): RasterImage {
  const { channels } = image
  const across = { ...image, width, data: new Uint8Array(width * image.height * channels) }
  spans(image.width, width).forEach(([start, end], x) => {
    for (let y = 0; y < image.height; y++)
      for (let k = 0; k < channels; k++) {
        let sum = 0
        for (let from = start; from < end; from++) sum += image.data[(y * image.width + from) * channels + k] ?? 0
        across.data[(y * width + x) * channels + k] = byteOf(sum / (end - start))
      }
  })
  const result = { ...across, height, data: new Uint8Array(width * height * channels) }
  const stride = width * channels
  spans(image.height, height).forEach(([start, end], y) => {
    for (let i = 0; i < stride; i++) {
      let sum = 0
      for (let from = start; from < end; from++) sum += across.data[from * stride + i] ?? 0
      result.data[y * stride + i] = byteOf(sum / (end - start))
    }
  })
  return result
}

/** The pixels of a side whose middles lie within each of the new ones. */
function spans(from: number, to: number): [start: number, end: number][] {
  const scale = from / to
  const support = 0.5 * Math.max(1, scale)
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale
    const start = Math.max(0, Math.floor(centre - support + 0.5))
    return [start, Math.max(start + 1, Math.min(from, Math.floor(centre + support + 0.5)))]
  })
}
