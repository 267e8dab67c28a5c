import { createServer, type AddressInfo, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { peerAddress } from '../../../src/bin/peer-address.ts'
import { readConfig } from '../../../src/config.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function portOf(host: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

const own = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

describe('the address at which other workers reach a worker', () => {
  it.skipIf(own === undefined)('is the one from which it reaches the database', async () => {
    const host = own ?? ''
    expect(await peerAddress(undefined, `postgresql://u:p@${host}:${await portOf(host)}/anneal`)).toBe(host)
  })

  it('is none where the database is on the same host, or cannot be reached', async () => {
    const port = await portOf('127.0.0.1')
    expect(await peerAddress(undefined, `postgresql://u:p@127.0.0.1:${port}/anneal`)).toBeNull()
    servers.pop()?.close()
    expect(await peerAddress(undefined, `postgresql://u:p@127.0.0.1:${port}/anneal`)).toBeNull()
    expect(await peerAddress(undefined, 'postgresql:///anneal?host=/run/postgresql')).toBeNull()
    expect(await peerAddress(undefined, 'host=/run/postgresql dbname=anneal')).toBeNull()
  })

  it('has to be one of this host where it is chosen', async () => {
    expect(await peerAddress('127.0.0.1', 'postgresql://u:p@127.0.0.1/anneal')).toBe('127.0.0.1')
    expect(await peerAddress(null, 'postgresql://u:p@127.0.0.1/anneal')).toBeNull()
    await expect(peerAddress('192.0.2.1', 'postgresql://u:p@127.0.0.1/anneal')).rejects.toMatchObject({
      code: 'config_invalid',
    })
  })

  it('is what the environment says, or none', () => {
    const address = (ANNEAL_WORKER_ADDRESS?: string) => readConfig({ ANNEAL_WORKER_ADDRESS }).worker.address
    expect(address()).toBeUndefined()
    expect(address('10.1.2.3')).toBe('10.1.2.3')
    expect(address('fd00::1')).toBe('fd00::1')
    expect(address('none')).toBeNull()
    expect(() => address('gpu-1.example.com')).toThrow(/ANNEAL_WORKER_ADDRESS is "gpu-1.example.com"/)
  })
})
