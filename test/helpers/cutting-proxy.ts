import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a service whose connections break off. */
export interface CuttingProxy {
  url: string
  /** How many connections were cut so far. */
  cut: () => number
  /** From now on so many more connections are cut. */
  cutMore: (times: number) => void
  stop: () => Promise<void>
}

/** Passes connections on to a port, and cuts those that carry more than so many bytes one way, as often as it is told to. */
export async function cuttingProxy(port: number, { bytes }: { bytes: number }): Promise<CuttingProxy> {
  let [cuts, times] = [0, 0]
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const service = connect(port, '127.0.0.1')
    const cut = (): void => {
      cuts++
      client.destroy()
      service.destroy()
    }
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const) {
      let passed = 0
      open.add(from)
      from.on('data', (chunk: Buffer) => {
        passed += chunk.byteLength
        if (passed > bytes && cuts < times) cut()
        else to.write(chunk)
      })
      from
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(from)
          to.destroy()
        })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => cuts,
    cutMore(more) {
      times += more
    },
    async stop() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
