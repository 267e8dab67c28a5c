import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import { Queue as BullQueue } from 'bullmq'
import type { FastifyPluginCallback } from 'fastify'
import { NAME } from './bullmq.ts'
import { connection } from './connection.ts'

export interface QueueBoard {
  /** The pages and what they read; whoever registers it decides who sees it. */
  routes: FastifyPluginCallback
  close(): Promise<void>
}

/** bull-board on the queue of this installation, where it is served under `path`: it shows messages and changes none. */
export function openQueueBoard(redisUrl: string, path: string): QueueBoard {
  const redis = connection(redisUrl, false)
  const queue = new BullQueue(NAME, { connection: redis, skipVersionCheck: true })
  queue.on('error', () => undefined)
  const serverAdapter = new FastifyAdapter().setBasePath(path)
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: true, description: 'Messages that wake workers' })],
    serverAdapter,
    options: {
      uiBasePath: dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json')),
      uiConfig: { boardTitle: 'Anneal queue' },
    },
  })
  return {
    routes: serverAdapter.registerPlugin(),
    async close() {
      await queue.close().catch(() => undefined)
      redis.disconnect()
    },
  }
}
