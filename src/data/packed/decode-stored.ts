import type { DecodedImage } from '../decoded-image.ts'
import type { Background } from '../flatten.ts'
import { decodeJpeg } from './jpeg.ts'
import { rawBytes, type StoredImage } from './stored-image.ts'
import { unflatten } from './unflatten.ts'

/** What the images of a data set have in common. */
export interface StoredForm {
  channels: 1 | 3
  /** What transparent ones are on. */
  background: Background
}

/** Makes images of stored bytes; memory for decoded pixels is used again, so each is valid until the next. */
export type StoredDecoder = (image: StoredImage, bytes: Uint8Array) => DecodedImage<Uint8Array>

/** @param wanted the ground that images are used on: where it is the data set's own, they come without alpha, as they are stored. */
export function storedDecoder({ channels, background }: StoredForm, wanted?: Background): StoredDecoder {
  let room = new Uint8Array(0)
  return ({ width, height, codec, alpha }, bytes) => {
    const area = width * height
    if (codec === 'jpeg') {
      if (room.byteLength < area * channels) room = new Uint8Array(area * channels)
      const image = { data: room.subarray(0, area * channels), width, height, channels }
      decodeJpeg(bytes, image)
      return image
    }
    const flat = { data: bytes.subarray(0, area * channels), width, height, channels }
    if (!alpha || wanted === background) return flat
    return unflatten(
      flat,
      bytes.subarray(area * channels, rawBytes({ width, height, codec, alpha }, channels)),
      background,
    )
  }
}
