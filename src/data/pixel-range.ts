import type { AnyImage, PixelRange } from './decoded-image.ts'

const BITS = [8, 10, 12, 14, 16] as const

/** Finds the range of all deep images of a data set; images of 8 bits do not count. */
export interface RangeMeter {
  add(image: AnyImage): void
  /** Undefined where no image was deep. */
  range(): PixelRange | undefined
}

export function createRangeMeter(): RangeMeter {
  let largest = -1
  let [min, max] = [Infinity, -Infinity]
  return {
    add({ data, channels }) {
      if (data instanceof Uint8Array) return
      const colours = channels - ((channels + 1) % 2)
      if (data instanceof Uint16Array) {
        for (let at = 0; at < data.length; at += channels)
          for (let c = 0; c < colours; c++) if (data[at + c]! > largest) largest = data[at + c]!
        return
      }
      for (let at = 0; at < data.length; at += channels)
        for (let c = 0; c < colours; c++) {
          const value = data[at + c]!
          if (!Number.isFinite(value)) continue
          if (value < min) min = value
          if (value > max) max = value
        }
    },
    range() {
      const bits = largest < 0 ? undefined : BITS.find((candidate) => largest < 2 ** candidate)
      if (bits === undefined && min > max) return undefined
      return { ...(bits !== undefined && { bits }), ...(min <= max && { float: { min, max } }) }
    },
  }
}

/**
 * The image as uint8; alpha, where there is any, from its full range. Values that are no numbers become 0.
 * @param range of the data set; where it does not say, whole numbers have 16 bits and other values the range of the image itself.
 */
export function scaleToUint8<Image extends AnyImage>(
  image: Image,
  range: PixelRange | undefined,
): Omit<Image, 'data'> & { data: Uint8Array } {
  const { data, channels } = image
  if (data instanceof Uint8Array) return { ...image, data }
  const { low, span } = scaleOf(image, range)
  const alpha = channels % 2 === 0 ? channels - 1 : -1
  const full = data instanceof Uint16Array ? 65_535 : 1
  const scaled = new Uint8Array(data.length)
  for (let at = 0; at < data.length; at += channels)
    for (let c = 0; c < channels; c++) {
      const value = c === alpha ? data[at + c]! / full : (data[at + c]! - low) / span
      // Not a number fails both comparisons.
      scaled[at + c] = value >= 1 ? 255 : value > 0 ? Math.round(value * 255) : 0
    }
  return { ...image, data: scaled }
}

function scaleOf(image: AnyImage, range: PixelRange | undefined): { low: number; span: number } {
  if (image.data instanceof Uint16Array) return { low: 0, span: 2 ** (range?.bits ?? 16) - 1 }
  const { min, max } = range?.float ?? ownRange(image)
  return { low: min, span: max > min ? max - min : 1 }
}

function ownRange(image: AnyImage): { min: number; max: number } {
  const meter = createRangeMeter()
  meter.add(image)
  return meter.range()?.float ?? { min: 0, max: 1 }
}
