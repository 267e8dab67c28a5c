import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { problemOf } from './problem.ts'

/** Answers what is not HTTP, or has headers beyond the limit, on its connection: there is no request yet. */
export function handleClientError(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, title, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'The address and the headers of the request are too long.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'The request did not come in time.']
        : [400, 'Bad Request', 'The request is not valid HTTP.']
  const id = randomUUID()
  const body = JSON.stringify(
    problemOf(id, { code: 'invalid_request', status: Number(status), detail: String(detail) }),
  )
  const headers = [
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
  ]
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
}
