import { userInfo } from 'node:os'
import { readConfig } from '../config.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { Services } from '../service/services.ts'

/** Whoever is at the command line of the server. */
export const host = (): ChangedBy => {
  const { username } = userInfo()
  return { kind: 'host', id: username, name: username, keyId: null, requestId: null }
}

/** Runs with the services of the database that the environment names, or that `anneal serve` runs on this home. */
export async function withServices(run: (services: Services) => Promise<void>): Promise<void> {
  const [{ findConnections }, { createLogger, openServices }] = await Promise.all([
    import('./connections.ts'),
    import('./wiring.ts'),
  ])
  const config = readConfig(process.env)
  const log = createLogger(config)
  const { services, stop } = await openServices(config, await findConnections(config), log, process.env)
  try {
    await run(services)
  } finally {
    await stop()
  }
}
