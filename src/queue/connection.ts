import { Redis } from 'ioredis'

const RECONNECT_MS = 1000
/** A server that is there but does not answer counts as away. */
export const MAX_COMMAND_MS = 1000

/**
 * @param forWorker waits for a server that is away; others fail at once
 * @param maxCommandMs after which a server that is there counts as away
 */
export function connection(url: string, forWorker: boolean, maxCommandMs = MAX_COMMAND_MS): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: forWorker ? null : 1,
    retryStrategy: () => RECONNECT_MS,
    enableOfflineQueue: forWorker,
    ...(forWorker ? {} : { commandTimeout: maxCommandMs, connectTimeout: MAX_COMMAND_MS }),
  })
  redis.on('error', () => undefined)
  return redis
}
