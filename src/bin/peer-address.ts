import { once } from 'node:events'
import { connect, createServer, isIP } from 'node:net'
import { AppError } from '../errors.ts'

const POSTGRESQL_PORT = 5432
const CONNECTS_WITHIN_MS = 5000

/**
 * Where other workers reach this one: the address that was chosen, or the one from which it reaches the database; null where it takes part in
 * no job of several workers.
 * @throws AppError `config_invalid` for an address of another host
 */
export async function peerAddress(chosen: string | null | undefined, databaseUrl: string): Promise<string | null> {
  if (chosen === undefined) return addressTowards(databaseUrl)
  if (chosen !== null) await requireOwn(chosen)
  return chosen
}

async function requireOwn(address: string): Promise<void> {
  const server = createServer().listen(0, address)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new AppError(
      'config_invalid',
      `ANNEAL_WORKER_ADDRESS is ${address}, at which this host cannot listen; an address of its own is expected, or none.`,
      { cause },
    )
  }
  server.close()
}

/** null where both are on one host: what is there, others do not reach. */
function addressTowards(serviceUrl: string): Promise<string | null> {
  if (!URL.canParse(serviceUrl)) return Promise.resolve(null)
  const { hostname, port } = new URL(serviceUrl)
  if (hostname === '') return Promise.resolve(null)
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: Number(port === '' ? POSTGRESQL_PORT : port), timeout: CONNECTS_WITHIN_MS })
    const end = (address: string | undefined): void => {
      socket.destroy()
      resolve(address === undefined || isLoopback(address) ? null : address)
    }
    socket.once('connect', () => end(socket.localAddress?.replace(/^::ffff:/, '')))
    socket.once('timeout', () => end(undefined))
    socket.once('error', () => end(undefined))
  })
}

const isLoopback = (address: string): boolean =>
  address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
