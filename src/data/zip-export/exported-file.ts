import type { DecodedImage } from '../decoded-image.ts'
import type { PackedFiles, PackedRecord } from '../packed/packed-files.ts'
import { encodeInTurn, sharpOf } from '../packed/packed-image.ts'
import { pixelHash } from '../pixel-hash.ts'

/**
 * An image as a file that decodes to its stored pixels: a stored JPEG as it is, others as PNG.
 * @param sha256 of the pixels that came with the upload
 */
export async function exportedFile(files: PackedFiles, { image }: PackedRecord, sha256: string): Promise<Buffer> {
  if (image.codec === 'jpeg') return files.stored(image)
  const decoded = await files.decoded(image)
  return encodeInTurn(() => sharpOf(asUploaded(decoded, sha256)).png().toBuffer())
}

/** A grey image among coloured ones is stored as a coloured one; it becomes grey again where the upload's was. */
function asUploaded(image: DecodedImage<Uint8Array>, sha256: string): DecodedImage<Uint8Array> {
  const { data, width, height, channels } = image
  if (channels <= 2) return image
  const greyChannels = channels === 4 ? 2 : 1
  const grey = new Uint8Array(width * height * greyChannels)
  for (let from = 0, to = 0; from < data.length; from += channels, to += greyChannels) {
    const value = data[from]!
    if (value !== data[from + 1] || value !== data[from + 2]) return image
    grey[to] = value
    if (greyChannels === 2) grey[to + 1] = data[from + 3]!
  }
  const small: DecodedImage<Uint8Array> = { data: grey, width, height, channels: greyChannels }
  return pixelHash(image).toString('hex') === sha256 ? image : small
}
