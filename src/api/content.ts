import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import type { DownloadHeaders } from '../service/ports/blobs.ts'
import Type from 'typebox'
import { sendProblem } from './problem.ts'
import { problems } from './schemas.ts'

/** Responses of a route that sends a file. */
export const contentResponses = { '2xx': Type.Any(), '3xx': Type.Any(), '4xx': problems['4xx'] }

export interface Content {
  sizeBytes: number
  sha256: string
  contentType: string
  fileName: string
  /** Shown where it is opened; otherwise offered as a download. */
  inline?: boolean
  read: (range?: { start: number; end: number }) => Promise<Readable>
  /** Where it can be had without the API; undefined where it cannot. */
  url?: (headers: DownloadHeaders) => Promise<string | undefined>
}

/** Sends a stored file whole, by range (RFC 9110 §14), or not at all to a client that has it (§13). */
export async function sendContent(
  request: FastifyRequest,
  reply: FastifyReply,
  { sizeBytes, sha256, contentType, fileName, inline = false, read, url }: Content,
): Promise<FastifyReply> {
  const etag = `"${sha256}"`
  const name = fileName.replaceAll(/[^\w.-]/g, '_')
  if (isKnown(request, etag)) return reply.headers({ etag, 'cache-control': 'private, no-cache' }).code(304).send(null)
  const elsewhere = mayBeSentElsewhere(request) ? await url?.({ fileName: name, contentType, inline }) : undefined
  if (elsewhere !== undefined)
    return reply.headers({ etag, 'cache-control': 'private, no-store' }).redirect(elsewhere, 307)
  const range = isUnchanged(request, etag) ? parseRange(request.headers.range, sizeBytes) : undefined
  if (range === 'unsatisfiable')
    return sendProblem(reply.header('content-range', `bytes */${sizeBytes}`), request, {
      code: 'invalid_request',
      status: 416,
      detail: `The range ${request.headers.range ?? ''} is outside the ${sizeBytes} bytes of the file.`,
    })
  const content = await read(range)
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-type': contentType,
    'content-disposition': `${inline ? 'inline' : 'attachment'}; filename="${name}"`,
  })
  if (range === undefined) return reply.header('content-length', sizeBytes).send(content)
  reply.code(206).headers({
    'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}`,
    'content-length': range.end - range.start + 1,
  })
  return reply.send(content)
}

/**
 * Whether a client may be redirected to the storage. `If-Range` names a tag of ours, which the storage does not know; what a page loads has
 * to come from the API, as its content security policy says.
 */
function mayBeSentElsewhere({ method, headers }: FastifyRequest): boolean {
  // Browsers alone say from which site a request comes.
  const isOfPage = headers['sec-fetch-site'] !== undefined && headers['sec-fetch-mode'] !== 'navigate'
  return method === 'GET' && headers['if-range'] === undefined && !isOfPage
}

/** Whether `If-None-Match` names the content: any, or one of a list, compared weakly (RFC 9110 §13.1.2). */
export function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers['if-none-match']
  if (known === undefined) return false
  return known.trim() === '*' || (known.match(/"[^"]*"/g) ?? ([] as string[])).some((tag) => tag === etag)
}

/** Whether a range may be sent: `If-Range` is absent, or is the strong tag of the content; a date is no strong validator here (§13.1.5). */
function isUnchanged({ headers }: FastifyRequest, etag: string): boolean {
  const condition = headers['if-range']
  return condition === undefined || String(condition).trim() === etag
}

/** One byte range; several, another unit, or one that is not valid, are answered with the whole. */
function parseRange(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '') {
    if (last === '') return undefined
    const start = Math.max(0, sizeBytes - Number(last))
    return start >= sizeBytes ? 'unsatisfiable' : { start, end: sizeBytes - 1 }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  return start >= sizeBytes
    ? 'unsatisfiable'
    : { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) }
}
