import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue as BullQueue, Worker as BullWorker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Message, Queue } from '../service/ports/queue.ts'
import { connection, MAX_COMMAND_MS } from './connection.ts'

/** Of the queue on Redis. */
export const NAME = 'anneal'

/** Puts messages, which hold ids only, on Redis. */
export function openQueue(url: string): Queue {
  const redis = connection(url, false)
  const queue = new BullQueue<Message>(NAME, { connection: redis, skipVersionCheck: true })
  queue.on('error', () => undefined)
  return {
    async send(messages) {
      await queue.addBulk(
        messages.map((data) => ({
          name: data.kind,
          data,
          opts: { jobId: `${data.ref}-${data.token}`, removeOnComplete: true, removeOnFail: true },
        })),
      )
    },
    async ready() {
      await redis.ping()
    },
    async close() {
      await greeted(redis)
      await queue.close()
      redis.disconnect()
    },
  }
}

/** Until the server has been greeted, or is away: a connection that is closed between fails a command that nobody waits for. */
async function greeted(redis: Redis): Promise<void> {
  if (redis.status !== 'connecting' && redis.status !== 'connect') return
  const over = new AbortController()
  const event = (name: string): Promise<unknown> => once(redis, name, { signal: over.signal })
  await Promise.race([event('ready'), event('close'), sleep(MAX_COMMAND_MS, undefined, { signal: over.signal })]).catch(
    () => undefined,
  )
  over.abort()
}

export interface Consumer {
  close(): Promise<void>
}

/** Hands messages to `handle`, which must bear the same message twice. A message wakes a worker, and is done with at once. */
export function consume(url: string, handle: (message: Message) => void): Consumer {
  const redis = connection(url, true)
  const worker = new BullWorker<Message>(NAME, (job) => Promise.resolve(handle(job.data)), {
    connection: redis,
    concurrency: 1,
    maxStalledCount: 1000,
    skipVersionCheck: true,
  })
  worker.on('error', () => undefined)
  return {
    async close() {
      await worker.close(true)
      redis.disconnect()
    },
  }
}
