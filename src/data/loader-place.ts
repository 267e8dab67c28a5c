import type { StoredImage } from './packed/stored-image.ts'

/** Numbers that say where and how an image is stored, in one typed array for a batch. */
export const VALUES_PER_PLACE = 6

export function writePlace(values: Float64Array, i: number, image: StoredImage): void {
  const { shard, offset, width, height, codec, alpha } = image
  values.set([shard, offset, width, height, codec === 'jpeg' ? 1 : 0, alpha ? 1 : 0], i * VALUES_PER_PLACE)
}

export function readPlace(values: Float64Array, i: number): StoredImage {
  const at = i * VALUES_PER_PLACE
  return {
    shard: values[at]!,
    offset: values[at + 1]!,
    width: values[at + 2]!,
    height: values[at + 3]!,
    codec: values[at + 4] === 1 ? 'jpeg' : 'raw',
    alpha: values[at + 5] === 1,
  }
}
