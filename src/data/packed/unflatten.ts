import type { DecodedImage } from '../decoded-image.ts'
import { rgbOf, type Background } from '../flatten.ts'

/**
 * Undoes `flatten`: the straight colours of an image on a ground, and its alpha as the last channel. Laid on the same ground again, it is the same
 * to the last bit; on another, within one level of what the original would be.
 * @param flat uint8 [height, width, 1 or 3]; @param alpha uint8 [height, width]
 */
export function unflatten(
  flat: DecodedImage<Uint8Array>,
  alpha: Uint8Array,
  background: Background,
): DecodedImage<Uint8Array> {
  const { data, width, height, channels } = flat
  const ground = rgbOf(background)
  const to = channels + 1
  const straight = new Uint8Array(width * height * to)
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i]!
    for (let c = 0; c < channels; c++) {
      const value = a === 0 ? 0 : (255 * data[i * channels + c]! - (255 - a) * ground[c]!) / a
      straight[i * to + c] = Math.min(255, Math.max(0, Math.round(value)))
    }
    straight[i * to + channels] = a
  }
  return { data: straight, width, height, channels: to as 2 | 4 }
}
