import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { MAX_IMAGE_BYTES, MAX_IMAGES, type UploadedImage } from '../service/received-images.ts'
import { requireText } from './text.ts'
import { clip } from '../job-spec/short-text.ts'

/** Lets the routes of `app` take a body of image/*, as a stream. */
export function takeImageBodies(app: FastifyInstance): void {
  app.addContentTypeParser(/^image\//, (_, payload, done) => {
    done(null, payload)
  })
}

/** The images of a request: the files of a multipart body, or the body itself. */
export async function* uploadedImages(request: FastifyRequest): AsyncGenerator<UploadedImage> {
  const { headers } = request
  if (headers['content-type']?.startsWith('image/') === true) {
    yield { name: 'image', content: request.body as Readable }
    return
  }
  if (!request.isMultipart())
    throw new AppError(
      'unsupported_media_type',
      'Send an image as image/*, or images as the files of multipart/form-data.',
    )
  // One file more than is taken, so that it is seen.
  const limits = { files: MAX_IMAGES + 1, fileSize: MAX_IMAGE_BYTES + 1, parts: MAX_IMAGES + 20 }
  let count = 0
  for await (const { filename, file } of request.files({ limits })) {
    count++
    yield { name: filename === '' ? `image ${count}` : clip(requireText(filename, '/images'), 200), content: file }
  }
}
