import { readFile } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import type { RasterImage } from '../zoo/raster-image.ts'
import { decodeImage } from './decode.ts'
import { DEFAULT_LIMITS } from './source/budget.ts'

/**
 * An image file at its own size.
 * @param name what to call it in messages.
 * @throws AppError `image_undecodable`, `image_too_many_pixels`
 */
export async function readImageFile(path: string, name = path): Promise<RasterImage> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('image_undecodable', `${name} cannot be read.`, { cause })
  })
  try {
    return await decodeImage(bytes, { pixels: DEFAULT_LIMITS.pixels, shorterSide: Infinity })
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw new AppError(cause.code, `${name}: ${cause.message}`, { cause })
  }
}
