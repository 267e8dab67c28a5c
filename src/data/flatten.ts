import type { RasterImage } from '../zoo/raster-image.ts'

/** What transparency is laid on: `black`, `white`, or `#rrggbb`. */
export type Background = string

export type Rgb = readonly [red: number, green: number, blue: number]

/** A colour as numbers from 0 to 255. */
export function rgbOf(background: Background): Rgb {
  if (background === 'black') return [0, 0, 0]
  if (background === 'white') return [255, 255, 255]
  const value = Number.parseInt(background.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/**
 * Lays a uint8 image on a ground: grey with alpha becomes grey (RGB on a ground that has a colour), RGB with alpha RGB. An image without alpha
 * is returned as it is.
 */
export function flatten(image: RasterImage, background: Background): RasterImage {
  const { data, width, height, channels: from } = image
  if (from !== 2 && from !== 4) return image
  const ground = rgbOf(background)
  const grey = from === 2 && ground[0] === ground[1] && ground[1] === ground[2]
  const channels = grey ? 1 : 3
  const flat = new Uint8Array(width * height * channels)
  for (let at = 0, to = 0; at < data.length; at += from) {
    const alpha = data[at + from - 1]!
    for (let c = 0; c < channels; c++, to++) {
      const value = data[at + (from === 2 ? 0 : c)]!
      flat[to] = Math.round((value * alpha + ground[c]! * (255 - alpha)) / 255)
    }
  }
  return { data: flat, width, height, channels }
}
