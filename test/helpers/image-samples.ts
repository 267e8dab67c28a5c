import sharp, { type Sharp } from 'sharp'
import type { DecodedImage } from '../../src/data/decoded-image.ts'
import { decodeImage } from '../../src/data/decode/decode.ts'

export const [WIDTH, HEIGHT] = [24, 16]
const [RED, GREEN, BLUE] = [
  [220, 30, 40],
  [10, 200, 30],
  [30, 40, 230],
] as const

/** Green at the left, blue in the lower right corner, red elsewhere: uint8 [16, 24, 3]. */
export const PICTURE = Buffer.from(
  Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)]
    return x < 8 ? GREEN : x >= 16 && y >= 8 ? BLUE : RED
  }).flat(),
)

/** The picture, or what is drawn of it, for sharp to write. */
export const picture = (pixels: Buffer = PICTURE, channels: 1 | 2 | 3 | 4 = 3, width = WIDTH, height = HEIGHT): Sharp =>
  sharp(pixels, { raw: { width, height, channels } })

/** The picture as files that no package here writes. */
export const HEIC = Buffer.from(
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAACAAAAEGlkYXQAAAAAABgAEAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAASgACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFluqumubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAGAAAABAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAAFJtZGF0AAAARigBrwnIaQsaI5iW1//ld/8y/j/w1FLUV6uJp92QgFMG/4sPFc9/GThlNO0ndPUtT+sbLsLcIFDlUOeSqcnuxMDgWvZsltQ=',
  'base64',
)
/** On its side, and upright by its orientation. */
export const JPEG_XL = Buffer.from(
  'AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAACoanhsY/8KBYIFEopLAgASiAIAQAJd5RIAABUqo4wbvJzr+fJDh8W0jesMbbVtYUmiyDg2SSdwSBJrqLcd+KXUQ5f/l5hPx5ZrzrlAvWnyN/psSe1jWx5w1PrqSt2NTiAwAKBCChwt1Srv4sV46Y5fALJDEifwQUDcFu99cZ5c38xXghSO5JOwNSmPHKl9arFtv5BRcv+RCO6sKpJk4S9DScaXYPQ=',
  'base64',
)
/** With a profile of Display P3, its colours those of the picture. */
export const JPEG_XL_P3 = Buffer.from(
  '/woDQQhfChIOkA3ZeioU/B6ZFVr+d6SEEylKfPo49lZY4HvAzrO886x+z2jtOzIajZa+RQibMW1mBwCA/4q9lkyMbUMaQOaEuTNnDB05LAAAQPn1f41XUHFRkbuo4n7vV843V0ndR2qtCwAAACBlKgCfYdxMBpYzB7qZAVKmAvgM42byazlDhoNQe60+6PSabxiBv3r777/zK/x3QvuF9N9/9w3133/9cXirocAlOuiX6/0BUfqjsbuMWuPQYTZGFBnciydmUirviWkydgpllA0IAgEAsABLGIsVANSiMsY83gViAAgcHAUBBAhtLwHRpggS7HIMxrXmuuU4eyMMh0ig+A==',
  'base64',
)

/** Grey of 16 bits: 0, 10, 20 and so on, row by row. */
export const JPEG_2000_DEEP = Buffer.from(
  'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAEAAAABgAAQ8HAAAAAAAPY29scgEAAAAAABEAAAEpanAyY/9P/1EAKQAAAAAAGAAAABAAAAAAAAAAAAAAABgAAAAQAAAAAAAAAAAAAQ8BAf9SAAwAAAABAAEEBAAB/1wAB0CAiIiQ/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS4w/5AACgAAAAAAtAAB/5Pf+JRQEjDHlq+j7NQUsNUMkJxnrSbFTOpYqqsM7v5oy0eYRnYRqpQDMAoAQZjNubVbuqilsI7CCzgZ/dunRu/eIRxmEmRDmbDzGSZFnbRR+fuYa8MNSMq0jVKtXuUj2lskg3DerKCtIBLJcdGPdJ1vraXVvwICINiHvyu83zfOACoEK26+b61nVwyAIHvLwAD5A0APwChLJVTinrdSKk5szEVAMe3n/9k=',
  'base64',
)

export const decode = (file: Buffer, shorterSide = Infinity): Promise<DecodedImage> =>
  decodeImage(file, { pixels: 1e6, shorterSide })

/** Mean difference of values. */
export function difference(image: DecodedImage, expected: ArrayLike<number>): number {
  if (image.data.length !== expected.length)
    throw new Error(`${image.width}×${image.height}×${image.channels} instead of ${expected.length} values`)
  const values: ArrayLike<number> = image.data
  let sum = 0
  for (let i = 0; i < expected.length; i++) sum += Math.abs(values[i]! - expected[i]!)
  return sum / expected.length
}
