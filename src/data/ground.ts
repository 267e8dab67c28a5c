import type { RasterImage } from '../zoo/raster-image.ts'

/** Chooses the ground of a data set's transparent images. */
export interface GroundMeter {
  /** A uint8 image; only one with alpha counts. */
  add(image: RasterImage): void
  /** Transparent images so far. */
  count(): number
  /** White, unless what is drawn stays visible in more images on black. */
  ground(): 'black' | 'white'
}

/** Difference in brightness from the ground, of 255, at which a drawing is plainly visible. */
const PLAIN_CONTRAST = 64

/** By how much of the contrast black has to be better: most pictures are made to be seen on white. */
const MARGIN = 0.1

/** Each image counts with how visible its drawing is, the mean over what is opaque, up to `PLAIN_CONTRAST`. */
export function createGroundMeter(): GroundMeter {
  let images = 0
  let [onBlack, onWhite] = [0, 0]
  return {
    add(image) {
      const luma = opaqueBrightness(image)
      if (luma === undefined) return
      images++
      onBlack += Math.min(luma, PLAIN_CONTRAST)
      onWhite += Math.min(255 - luma, PLAIN_CONTRAST)
    },
    count: () => images,
    ground: () => (onBlack - onWhite > MARGIN * PLAIN_CONTRAST * images ? 'black' : 'white'),
  }
}

/** Mean brightness (ITU-R 601) weighted by alpha; undefined for an image without alpha, or with nothing opaque. */
function opaqueBrightness({ data, channels }: RasterImage): number | undefined {
  if (channels !== 2 && channels !== 4) return undefined
  let [sum, weight] = [0, 0]
  for (let at = 0; at < data.length; at += channels) {
    const alpha = data[at + channels - 1]!
    const luma = channels === 2 ? data[at]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!
    sum += luma * alpha
    weight += alpha
  }
  return weight === 0 ? undefined : sum / weight
}
