import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Exposition } from './registry.ts'

export interface MetricsServer {
  port: number
  close(): Promise<void>
}

/** Serves `/metrics` on an address of its own, without a key. @throws the error of the socket where the port is taken */
export async function serveMetrics(
  exposition: Exposition,
  { host, port }: { host: string; port: number },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead || request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    exposition.text().then(
      (text) => response.writeHead(200, { 'content-type': exposition.contentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
