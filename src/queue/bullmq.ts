import { Queue as BullQueue, Worker as BullWorker } from 'bullmq'
import type { Message, Queue } from '../service/ports/queue.ts'
import { connection } from './connection.ts'

const NAME = 'anneal'

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
      await queue.close()
      redis.disconnect()
    },
  }
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
