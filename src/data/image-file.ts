import { readFile } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import { decodeImage } from './decode/decode.ts'
import type { DecodedImage } from './decoded-image.ts'
import { DEFAULT_LIMITS } from './source/budget.ts'

/**
 * A decoded image file.
 * @param shorterSide larger images are shrunk until their shorter side is this.
 * @param name what to call it in messages.
 * @throws AppError `image_undecodable`, `image_too_many_pixels`
 */
export async function readImageFile(path: string, shorterSide = Infinity, name = path): Promise<DecodedImage> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('image_undecodable', `${name} cannot be read.`, { cause })
  })
  try {
    return await decodeImage(bytes, { pixels: DEFAULT_LIMITS.pixels, shorterSide })
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw new AppError(cause.code, `${name}: ${cause.message}`, { cause })
  }
}
