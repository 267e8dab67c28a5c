import { Readable } from 'node:stream'
import type { MultipartFile } from '@fastify/multipart'
import { AppError, type ErrorDetail } from '../errors.ts'
import { clip } from '../job-spec/short-text.ts'
import { TAR_END, tarHeader, tarPaddingBytes } from '../network/tar.ts'
import { MAX_IMAGE_BYTES } from '../service/received-images.ts'
import { requireText } from './text.ts'

/** Images of one call at most. */
export const MAX_PACKED_IMAGES = 10_000
const MAX_LABEL_LENGTH = 200
const MAX_PATH_LENGTH = 500

interface PackOptions {
  /** Of all images together. */
  maxBytes: number
  /** The field `labels` as it is known so far: it may follow the images. */
  labels: () => unknown
}

/**
 * The images of a multipart body as a tar that is made while they come: under the paths that they were sent with, whose folders are the
 * classes; or, where there are `labels`, with a labels.csv at the end.
 */
export function packedImages(
  first: MultipartFile,
  next: () => Promise<MultipartFile | undefined>,
  options: PackOptions,
): Readable {
  return Readable.from(tar(first, next, options))
}

async function* tar(
  first: MultipartFile,
  next: () => Promise<MultipartFile | undefined>,
  { maxBytes, labels }: PackOptions,
): AsyncGenerator<Buffer> {
  const paths: string[] = []
  const seen = new Set<string>()
  let bytes = 0
  for (let part: MultipartFile | undefined = first; part !== undefined; part = await next()) {
    if (part.fieldname !== 'images') throw wrong('/file', 'is sent with `images`; send an archive or images, not both')
    if (paths.length === MAX_PACKED_IMAGES)
      throw new AppError('payload_too_large', `At most ${MAX_PACKED_IMAGES} images are taken in one call.`)
    const path = pathOf(part.filename)
    if (seen.has(path)) throw wrong('/images', `has two files named ${path}`)
    seen.add(path)
    const content = await contentOf(part, path)
    bytes += content.byteLength
    if (bytes > maxBytes) throw new AppError('payload_too_large', 'The images are larger than this installation takes.')
    paths.push(path)
    yield* entry(path, content)
  }
  const given = labels()
  if (given !== undefined) yield* entry('labels.csv', table(paths, labelsOf(given, paths)))
  else requireFolders(paths)
  yield TAR_END
}

async function* entry(name: string, content: Buffer): AsyncGenerator<Buffer> {
  yield await tarHeader(name, content.byteLength)
  yield content
  yield Buffer.alloc(tarPaddingBytes(content.byteLength))
}

function pathOf(filename: string): string {
  const path = requireText(filename, '/images')
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
  const isInside = path.split('/').every((part) => part !== '' && part !== '..' && part !== '.')
  if (isInside && path.length <= MAX_PATH_LENGTH) return path
  throw wrong('/images', `has the file name ${JSON.stringify(clip(path, 100))}; a name like class/file.jpg is expected`)
}

async function contentOf({ file }: MultipartFile, path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of file as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > MAX_IMAGE_BYTES)
      throw new AppError('payload_too_large', `${path} has more than ${MAX_IMAGE_BYTES} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A label for each path. */
function labelsOf(given: unknown, paths: readonly string[]): string[] {
  if (typeof given !== 'object' || given === null)
    throw wrong('/labels', 'must be a list with a label for each image, or an object of labels by file name')
  if (Array.isArray(given) && given.length !== paths.length)
    throw wrong('/labels', `has ${given.length} labels for ${paths.length} images`)
  const byName = new Map<string, unknown>(Object.entries(given))
  const labels = paths.map((path, i) => (Array.isArray(given) ? (given[i] as unknown) : byName.get(path)))
  const missing = labels.findIndex((label) => !isLabel(label))
  if (missing !== -1)
    throw wrong('/labels', `has no label for ${paths[missing] ?? ''}: a text of 1 to ${MAX_LABEL_LENGTH} characters`)
  const unknown = [...byName.keys()].find((name) => !Array.isArray(given) && !paths.includes(name))
  if (unknown !== undefined) throw wrong('/labels', `names ${clip(unknown, 100)}, which is not among the images`)
  return labels as string[]
}

const isLabel = (label: unknown): boolean =>
  typeof label === 'string' && label.trim() !== '' && label.length <= MAX_LABEL_LENGTH

function requireFolders(paths: readonly string[]): void {
  const bare = paths.find((path) => !path.includes('/'))
  if (bare === undefined) return
  throw wrong('/images', `has no label for ${bare}: name it class/${bare}, or send a field \`labels\``)
}

function table(paths: readonly string[], labels: readonly string[]): Buffer {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const rows = paths.map((path, i) => `${quoted(path)},${quoted(labels[i] ?? '')}`)
  return Buffer.from(['file,label', ...rows, ''].join('\n'))
}

function wrong(pointer: string, detail: string): AppError {
  const error: ErrorDetail = { pointer, detail }
  return new AppError('invalid_request', `The upload is refused: ${pointer} ${detail}.`, { errors: [error] })
}
