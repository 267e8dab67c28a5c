import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import { writeLimited } from './scratch.ts'

/** An image of a request. */
export interface UploadedImage {
  name: string
  content: Readable
}

export const MAX_IMAGES = 16
export const MAX_IMAGE_BYTES = 20_000_000

/**
 * Writes the images of a request to files of a folder.
 * @throws AppError `payload_too_large` for too many images or bytes, `invalid_request` without an image
 */
export async function receivedImages(
  images: AsyncIterable<UploadedImage>,
  folder: string,
  maxImages: number,
): Promise<{ path: string; name: string }[]> {
  const sources: { path: string; name: string }[] = []
  for await (const { name, content } of images) {
    if (sources.length === maxImages)
      throw new AppError('payload_too_large', `At most ${maxImages} images are taken at a time.`)
    const path = join(folder, String(sources.length))
    await writeLimited(content, path, name, MAX_IMAGE_BYTES)
    sources.push({ path, name })
  }
  if (sources.length === 0)
    throw new AppError('invalid_request', 'The request holds no image.', {
      errors: [{ pointer: '/images', detail: 'must have at least one image' }],
    })
  return sources
}
