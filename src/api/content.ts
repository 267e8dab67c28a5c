import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
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
  read: (range?: { start: number; end: number }) => Readable
}

/** Sends a stored file whole, by range (RFC 9110 §14), or not at all to a client whose `If-None-Match` names it. */
export async function sendContent(
  request: FastifyRequest,
  reply: FastifyReply,
  { sizeBytes, sha256, contentType, fileName, inline = false, read }: Content,
): Promise<FastifyReply> {
  const etag = `"${sha256}"`
  const name = fileName.replaceAll(/[^\w.-]/g, '_')
  reply.headers({
    ...{ etag, 'accept-ranges': 'bytes', 'content-type': contentType },
    'content-disposition': `${inline ? 'inline' : 'attachment'}; filename="${name}"`,
  })
  if (request.headers['if-none-match'] === etag) return reply.code(304).send(null)
  const range = parseRange(request.headers.range, sizeBytes)
  if (range === undefined) return reply.header('content-length', sizeBytes).send(read())
  if (range === 'unsatisfiable')
    return sendProblem(reply.header('content-range', `bytes */${sizeBytes}`), request, {
      ...{ code: 'invalid_request', status: 416 },
      detail: `The range ${request.headers.range ?? ''} lies outside the ${sizeBytes} bytes.`,
    })
  reply.code(206).headers({
    'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}`,
    'content-length': range.end - range.start + 1,
  })
  return reply.send(read(range))
}

/** One byte range; several, or another unit, are answered with the whole. */
function parseRange(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  return start > end || start >= sizeBytes ? 'unsatisfiable' : { start, end }
}
