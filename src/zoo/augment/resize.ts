import type { RasterImage } from '../define.ts'

/** A rectangle of an image, in pixels, that is to become the output. */
export interface Region {
  x: number
  y: number
  width: number
  height: number
}

interface Weights {
  first: Int32Array
  /** Weights of output i start at i·taps. */
  values: Float32Array
  taps: number
}

/** The triangle filter, widened when shrinking, as PIL's BILINEAR. */
function weights(from: number, start: number, length: number, to: number): Weights {
  const scale = length / to
  const support = Math.max(1, scale)
  const taps = Math.ceil(support) * 2 + 1
  const first = new Int32Array(to)
  const values = new Float32Array(to * taps)
  for (let i = 0; i < to; i++) {
    const center = start + (i + 0.5) * scale
    const low = Math.max(0, Math.floor(center - support + 0.5))
    const high = Math.min(from, Math.floor(center + support + 0.5))
    first[i] = low
    let sum = 0
    for (let k = low; k < high; k++) {
      const weight = Math.max(0, 1 - Math.abs((k - center + 0.5) / support))
      values[i * taps + k - low] = weight
      sum += weight
    }
    for (let k = 0; k < high - low; k++) values[i * taps + k] = (values[i * taps + k] ?? 0) / sum
  }
  return { first, values, taps }
}

/** Resamples a region to `width` × `height` with an antialiased triangle filter. */
export function resize(image: RasterImage, region: Region, width: number, height: number): RasterImage {
  const { data, channels } = image
  const across = weights(image.width, region.x, region.width, width)
  const down = weights(image.height, region.y, region.height, height)
  const top = down.first[0] ?? 0
  const bottom = Math.min(image.height, (down.first[height - 1] ?? 0) + down.taps)
  const rows = new Float32Array((bottom - top) * width * channels)
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < width; x++) {
      const low = across.first[x] ?? 0
      const taps = Math.min(across.taps, image.width - low)
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let k = 0, at = (y * image.width + low) * channels + c; k < taps; k++, at += channels)
          sum += (across.values[x * across.taps + k] ?? 0) * (data[at] ?? 0)
        rows[((y - top) * width + x) * channels + c] = Math.round(sum)
      }
    }
  }
  const out = new Uint8Array(width * height * channels)
  const stride = width * channels
  for (let y = 0; y < height; y++) {
    const low = (down.first[y] ?? 0) - top
    const taps = Math.min(down.taps, bottom - top - low)
    for (let x = 0; x < stride; x++) {
      let sum = 0
      for (let k = 0; k < taps; k++) sum += (down.values[y * down.taps + k] ?? 0) * (rows[(low + k) * stride + x] ?? 0)
      out[y * stride + x] = Math.round(sum)
    }
  }
  return { data: out, width, height, channels }
}

/** Shorter side to `shorter`, then the middle `size` × `size`. */
export function resizeAndCenterCrop(image: RasterImage, size: number, shorter: number): RasterImage {
  const scale = Math.min(image.width, image.height) / shorter
  const side = size * scale
  return resize(
    image,
    { x: (image.width - side) / 2, y: (image.height - side) / 2, width: side, height: side },
    size,
    size,
  )
}
