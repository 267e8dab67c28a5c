import { createServer } from 'node:net'
import { freePort } from '../embedded/processes.ts'
import { AppError } from '../errors.ts'

/**
 * The port to listen at: the given one when nobody else does, or a free one in place of 0.
 * @throws AppError `config_invalid` that names the variable to change.
 */
export async function freeAddress(host: string, port: number): Promise<number> {
  if (port === 0) return freePort()
  await new Promise<void>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const why = {
        EADDRINUSE: `Port ${port} is taken; set ANNEAL_PORT to another one.`,
        EACCES: `Port ${port} may not be used by this user; set ANNEAL_PORT to one above 1023.`,
        EADDRNOTAVAIL: `ANNEAL_HOST is ${host}, which is no address of this machine.`,
      }[cause.code ?? '']
      reject(
        new AppError('config_invalid', why ?? `Port ${port} of ${host} cannot be used: ${cause.message}`, { cause }),
      )
    })
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()))
  })
  return port
}
