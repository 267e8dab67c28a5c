import { Redis } from 'ioredis'

const RECONNECT_MS = 1000
/** A server that is there but does not answer counts as away. */
const MAX_COMMAND_MS = 1000

/** @param forWorker waits for a server that is away; others fail at once */
export function connection(url: string, forWorker: boolean): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: forWorker ? null : 1,
    retryStrategy: () => RECONNECT_MS,
    enableOfflineQueue: forWorker,
    ...(forWorker ? {} : { commandTimeout: MAX_COMMAND_MS, connectTimeout: MAX_COMMAND_MS }),
  })
  redis.on('error', () => undefined)
  return redis
}
