import type { Readable } from 'node:stream'
import type { Multipart } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { requireText } from './text.ts'
import { clip } from '../job-spec/short-text.ts'

const MAX_NAME_LENGTH = 200

/** An archive on its way in; its name may follow it, and is known once the archive has been read. */
export interface Upload {
  content: Readable
  whole: () => boolean
  name: () => Promise<string>
}

/** Hands the one file of a multipart body to `use`. @throws AppError `invalid_request` for a second file, and for fields other than one `name` */
export async function takeUpload<T>(request: FastifyRequest, use: (upload: Upload) => Promise<T>): Promise<T> {
  if (!request.isMultipart())
    throw new AppError('unsupported_media_type', 'Send multipart/form-data with a field `name` and one archive.')
  // One file more than is taken, so that it is seen.
  const parts = request.parts({ limits: { files: 2 } })
  let name: string | undefined
  try {
    for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
      const part = next.value
      if (part.type === 'field') name = nameOf(part, name)
      else return await use(uploadOf(request, part, async () => (name = await lastName(parts, name)) ?? part.filename))
    }
  } catch (error) {
    // Nobody reads what is still to come: it must not hold up the connection.
    request.raw.unpipe()
    request.raw.resume()
    throw error
  }
  throw new AppError('invalid_request', 'The upload holds no file.', {
    errors: [{ pointer: '/file', detail: 'must be an archive' }],
  })
}

function uploadOf(
  { raw }: FastifyRequest,
  { file }: Extract<Multipart, { type: 'file' }>,
  name: () => Promise<string>,
): Upload {
  raw.once('aborted', () => file.destroy(new AppError('upload_aborted', 'The upload broke off.')))
  return {
    content: file,
    whole: () => !file.truncated,
    name: async () => clip(requireText(await name(), '/name'), MAX_NAME_LENGTH),
  }
}

/** Reads to the end of the body, where the name may stand. */
async function lastName(parts: AsyncIterator<Multipart>, known: string | undefined): Promise<string | undefined> {
  let name = known
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    if (next.value.type === 'field') name = nameOf(next.value, name)
    else {
      next.value.file.destroy()
      throw refused('/file', 'the upload has a second file; send one archive')
    }
  }
  return name
}

function nameOf(
  { fieldname, value, valueTruncated }: Extract<Multipart, { type: 'field' }>,
  known: string | undefined,
): string {
  if (fieldname !== 'name')
    throw refused(
      `/${clip(requireText(fieldname, '/field'), 100)}`,
      'is no field of an upload, which has a `name` and one file',
    )
  if (known !== undefined) throw refused('/name', 'is given twice')
  if (typeof value !== 'string' || valueTruncated || value.length > MAX_NAME_LENGTH)
    throw refused('/name', `must be a text of at most ${MAX_NAME_LENGTH} characters`)
  return requireText(value, '/name')
}

const refused = (pointer: string, detail: string): AppError =>
  new AppError('invalid_request', `The upload is refused: ${pointer} ${detail}.`, { errors: [{ pointer, detail }] })
