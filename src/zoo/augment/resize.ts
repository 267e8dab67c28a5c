import type { RasterImage } from '../define.ts'

/** A rectangle, in whole pixels. */
export interface Region {
  x: number
  y: number
  width: number
  height: number
}

interface Filter {
  /** First source pixel of an output pixel. */
  first: Int32Array
  /** Source pixels of an output pixel. */
  count: Int32Array
  /** Weights of output i start at i·taps, in units of 2^-PRECISION. */
  weights: Int32Array
  taps: number
}

const PRECISION = 22
const HALF = 1 << (PRECISION - 1)

/** The triangle filter, widened when shrinking, for outputs [start, start + count) of `to` from `from` pixels. */
function triangle(from: number, to: number, start: number, outputs: number): Filter {
  const scale = from / to
  const support = Math.max(1, scale)
  const taps = Math.ceil(support) * 2 + 1
  const filter = {
    first: new Int32Array(outputs),
    count: new Int32Array(outputs),
    weights: new Int32Array(outputs * taps),
    taps,
  }
  const exact = new Float64Array(taps)
  for (let i = 0; i < outputs; i++) {
    const center = (start + i + 0.5) * scale
    const low = Math.max(0, Math.trunc(center - support + 0.5))
    const count = Math.min(from, Math.trunc(center + support + 0.5)) - low
    let sum = 0
    for (let k = 0; k < count; k++) {
      exact[k] = Math.max(0, 1 - Math.abs((k + low - center + 0.5) / support))
      sum += exact[k] ?? 0
    }
    for (let k = 0; k < count; k++)
      filter.weights[i * taps + k] = Math.trunc(0.5 + ((exact[k] ?? 0) / sum) * (1 << PRECISION))
    filter.first[i] = low
    filter.count[i] = count
  }
  return filter
}

export interface Resize {
  /** Part of the image that is resized as if there were nothing around it. */
  region: Region
  /** Size that the region gets. */
  width: number
  height: number
  /** Part of the result that is made. */
  window: Region
}

/**
 * Resamples with an antialiased triangle filter in fixed point, across and then down: the pixels of PIL's `resize` with BILINEAR.
 * Shapes: uint8 [H, W, C] → uint8 [window.height, window.width, C].
 */
export function resize(image: RasterImage, { region, width, height, window }: Resize): RasterImage {
  const { data, channels } = image
  const across = triangle(region.width, width, window.x, window.width)
  const down = triangle(region.height, height, window.y, window.height)
  const top = down.first[0] ?? 0
  const bottom = (down.first[window.height - 1] ?? 0) + (down.count[window.height - 1] ?? 0)
  const stride = window.width * channels
  const rows = new Uint8Array((bottom - top) * stride)
  for (let y = top; y < bottom; y++) {
    const row = ((region.y + y) * image.width + region.x) * channels
    let to = (y - top) * stride
    for (let x = 0; x < window.width; x++) {
      const from = row + (across.first[x] ?? 0) * channels
      const taps = across.count[x] ?? 0
      const weights = x * across.taps
      for (let c = 0; c < channels; c++) {
        let sum = HALF
        for (let k = 0, at = from + c; k < taps; k++, at += channels)
          sum += (across.weights[weights + k] ?? 0) * (data[at] ?? 0)
        rows[to++] = sum >> PRECISION
      }
    }
  }
  const out = new Uint8Array(window.height * stride)
  for (let y = 0; y < window.height; y++) {
    const from = ((down.first[y] ?? 0) - top) * stride
    const taps = down.count[y] ?? 0
    const weights = y * down.taps
    for (let x = 0; x < stride; x++) {
      let sum = HALF
      for (let k = 0, at = from + x; k < taps; k++, at += stride)
        sum += (down.weights[weights + k] ?? 0) * (rows[at] ?? 0)
      out[y * stride + x] = sum >> PRECISION
    }
  }
  return { data: out, width: window.width, height: window.height, channels }
}

/** Shorter side to `shorter`, then the middle `size` × `size`, with the roundings of torchvision's Resize and CenterCrop. */
export function resizeAndCenterCrop(image: RasterImage, size: number, shorter: number): RasterImage {
  const least = Math.min(image.width, image.height)
  const width = Math.floor((shorter * image.width) / least)
  const height = Math.floor((shorter * image.height) / least)
  return resize(image, {
    region: { x: 0, y: 0, width: image.width, height: image.height },
    width,
    height,
    window: { x: halfEven(width - size), y: halfEven(height - size), width: size, height: size },
  })
}

/** Half of it, a tie to the even side. */
function halfEven(value: number): number {
  const half = Math.floor(value / 2)
  return value % 2 === 0 ? half : half + (half % 2)
}
