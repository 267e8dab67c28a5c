import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface ReceivedRequest {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface Receiver {
  url: string
  /** As an operator allows it. */
  host: string
  requests: ReceivedRequest[]
  /** What it answers from now on. */
  answer: (
    request: ReceivedRequest,
  ) => { status: number; headers?: Record<string, string>; body?: string } | Promise<never>
  stop(): Promise<void>
}

/** An HTTP server that keeps what it receives. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    void (async () => {
      const received = { path: request.url ?? '', headers: request.headers, body: await text(request) }
      receiver.requests.push(received)
      const { status, headers = {}, body = 'ok' } = await receiver.answer(received)
      response.writeHead(status, headers).end(body)
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const receiver: Receiver = {
    url: `${host}/hook`,
    host,
    requests: [],
    answer: () => ({ status: 200 }),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}
