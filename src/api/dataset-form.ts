import type { Readable } from 'node:stream'
import type { Multipart, MultipartFile } from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { AppError } from '../errors.ts'
import { clip } from '../job-spec/short-text.ts'
import type { Services } from '../service/services.ts'
import type { ReceivedUpload } from '../service/uploads.ts'
import { MAX_PACKED_IMAGES, packedImages } from './packed-images.ts'
import { requireText } from './text.ts'

const MAX_FIELDS = 20
export const MAX_FIELD_BYTES = 2_000_000
const MAX_NAME_LENGTH = 200

export const FORM_ADVICE =
  'Send multipart/form-data with the archive as `file`, or with images as `images` (each with a file name like class/file.jpg, or a field `labels`); or JSON with `upload` or `import`. With curl: -F name=flowers -F file=@flowers.zip'

/** An archive on its way in. Fields may follow its content, and are known once that has been read. */
export interface DatasetForm {
  content: Readable
  whole: () => boolean
  /** Values of the text fields, each as its schema says, and the name of the archive's file. */
  fields: () => Promise<{ values: Record<string, unknown>; fileName: string }>
}

/** What a call takes. */
interface FormLimits {
  uploadBytes: number
  /** Its text fields. */
  schemas: Readonly<Record<string, TSchema>>
}

/** Text fields of a form, and the labels of images. */
interface FormFields {
  schemas: FormLimits['schemas']
  values: Record<string, unknown>
  labels?: unknown
}

/**
 * Hands what a multipart body holds to `use`: the one archive `file`, or the `images` as an archive.
 * @throws AppError `invalid_request` for anything else in the body; `unsupported_media_type` for another body
 */
export async function takeDatasetForm<T>(
  request: FastifyRequest,
  { uploadBytes, schemas }: FormLimits,
  use: (form: DatasetForm) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) throw new AppError('unsupported_media_type', FORM_ADVICE)
  const files = MAX_PACKED_IMAGES + 1
  const limits = { files, fields: MAX_FIELDS, parts: files + MAX_FIELDS, fieldSize: MAX_FIELD_BYTES }
  const parts = request.parts({ limits, preservePath: true })
  const fields: FormFields = { schemas, values: {} }
  try {
    const first = await nextFile(parts, fields)
    if (first === undefined) throw refused('/file', `is missing: the body holds no file. ${FORM_ADVICE}`)
    if (first.fieldname !== 'images') return await use(archiveForm(request, first, { parts, fields }))
    const next = (): Promise<MultipartFile | undefined> => nextFile(parts, fields)
    const content = packedImages(first, next, { maxBytes: uploadBytes, labels: () => fields.labels })
    request.raw.once('aborted', () => content.destroy(broken()))
    return await use({
      content,
      whole: () => true,
      fields: async () => ({ values: fields.values, fileName: 'images' }),
    })
  } catch (error) {
    // Nobody reads what is still to come: it must not hold up the connection.
    request.raw.unpipe()
    request.raw.resume()
    throw error
  }
}

interface Body {
  parts: AsyncIterator<Multipart>
  fields: FormFields
}

function archiveForm({ raw }: FastifyRequest, { file, filename }: MultipartFile, { parts, fields }: Body): DatasetForm {
  raw.once('aborted', () => file.destroy(broken()))
  return {
    content: file,
    whole: () => !file.truncated,
    async fields() {
      const second = await nextFile(parts, fields)
      if (second === undefined) {
        if (fields.labels === undefined) return { values: fields.values, fileName: filename }
        throw refused('/labels', 'belongs to `images`; an archive holds its labels itself')
      }
      second.file.destroy()
      throw refused('/file', 'the body has a second file; send one archive, or all images as `images`')
    },
  }
}

const broken = (): AppError => new AppError('upload_aborted', 'The upload broke off.')

/** The name of a data set for which none is given. */
export function nameOfFile(fileName: string): string {
  const base = fileName.split(/[\\/]/).findLast((part) => part !== '') ?? 'upload'
  return clip(requireText(base, '/name'), MAX_NAME_LENGTH)
}

/** The next file of the body; the fields before it are kept. */
async function nextFile(parts: AsyncIterator<Multipart>, fields: FormFields): Promise<MultipartFile | undefined> {
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    const part = next.value
    if (part.type === 'field') keepField(part, fields)
    else if (part.fieldname === 'file' || part.fieldname === 'images') return part
    else {
      part.file.destroy()
      throw refused(pointerTo(part.fieldname), `is no file of this call. ${FORM_ADVICE}`)
    }
  }
  return undefined
}

function keepField(
  { fieldname, value, valueTruncated }: Extract<Multipart, { type: 'field' }>,
  fields: FormFields,
): void {
  const known = [...Object.keys(fields.schemas), 'labels']
  if (!known.includes(fieldname))
    throw refused(pointerTo(fieldname), `is no field of this call, which takes ${known.join(', ')}. ${FORM_ADVICE}`)
  if (fieldname === 'labels' ? fields.labels !== undefined : fieldname in fields.values)
    throw refused(`/${fieldname}`, 'is given twice')
  if (valueTruncated) throw refused(`/${fieldname}`, `has more than ${MAX_FIELD_BYTES} bytes`)
  if (fieldname === 'labels') fields.labels = typeof value === 'string' ? parsedLabels(value) : value
  else fields.values[fieldname] = fieldValue(fieldname, value, fields.schemas[fieldname]!)
}

/** The value of a field, which is written as text. */
function fieldValue(name: string, value: unknown, schema: TSchema): unknown {
  const text = typeof value === 'string' ? requireText(value, `/${name}`) : value
  const converted: unknown = Value.Convert(schema, text)
  if (Value.Check(schema, converted)) return converted
  const [mistake] = Value.Errors(schema, converted)
  const choices = 'enum' in schema ? `must be one of ${(schema.enum as string[]).join(', ')}` : undefined
  throw refused(`/${name}`, choices ?? mistake?.message ?? 'is not valid')
}

function parsedLabels(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw refused('/labels', 'must be JSON: a list with a label for each image, or an object of labels by file name')
  }
}

const pointerTo = (name: string): string => `/${clip(requireText(name, '/field'), 100)}`

const refused = (pointer: string, detail: string): AppError =>
  new AppError('invalid_request', `The upload is refused: ${pointer} ${detail.replace(/\.$/, '')}.`, {
    errors: [{ pointer, detail: detail.replace(/\.$/, '') }],
  })

/** The multipart body of a call. Documented only: its parts are read as they come. */
export const formSchema = (fields: Readonly<Record<string, TSchema>>) =>
  Type.Unsafe<unknown>({
    properties: {
      ...fields,
      file: {
        type: 'string',
        contentMediaType: 'application/octet-stream',
        description: 'One archive: .zip, .tar, .tar.gz, .tar.bz2, .tar.xz or .tar.zst.',
      },
      images: {
        type: 'array',
        items: { type: 'string', contentMediaType: 'application/octet-stream' },
        maxItems: MAX_PACKED_IMAGES,
        description: 'Instead of an archive: images, each with a file name like class/file.jpg.',
      },
      labels: {
        type: 'string',
        maxLength: MAX_FIELD_BYTES,
        description:
          'Of images without folders: JSON, a list with a label for each image, or an object of labels by file name.',
      },
    },
  })

/** A body that is neither JSON nor multipart, such as an archive by itself, is answered with what to send. */
export function refuseOtherBodies(app: FastifyInstance): void {
  app.addContentTypeParser('*', (_, __, done) => {
    done(new AppError('unsupported_media_type', FORM_ADVICE), undefined)
  })
}

/**
 * Answers a call whose upload has come. Nothing may be made of it, such as where the same call was answered before: it is discarded then.
 * @param answer wraps what makes something of the upload in `keep`
 */
export async function keptOrDiscarded<T>(
  services: Pick<Services, 'discardUpload'>,
  upload: Pick<ReceivedUpload, 'uploadKey'>,
  answer: (keep: (made: Promise<T>) => Promise<T>) => Promise<T>,
): Promise<T> {
  let isKept = false
  try {
    return await answer(async (made) => {
      const created = await made
      isKept = true
      return created
    })
  } finally {
    if (!isKept) await services.discardUpload(upload)
  }
}
