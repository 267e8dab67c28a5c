import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../errors.ts'
import type { DecodeAnswer, DecodeTask } from '../decode-thread.ts'
import type { DecodedBatch, EncodedBatch } from './batch.ts'
import { decodeBatch } from './decode-batch.ts'

/** Decoded in the calling thread before any other is started, which takes longer than many a small data set. */
const FIRST_FILES = 512

interface Thread {
  worker: Worker
  waiting: number
}

/** Decodes batches by the one decoder, in threads. */
export class DecodeThreads {
  private readonly count: number
  private readonly threads: Thread[] = []
  private readonly waiting = new Map<
    number,
    { resolve: (batch: DecodedBatch) => void; reject: (error: Error) => void }
  >()
  private sent = 0
  private files = 0

  constructor(count: number) {
    this.count = count
  }

  decode(batch: EncodedBatch): Promise<DecodedBatch> {
    const id = this.sent++
    this.files += batch.lengths.length
    if (this.files <= FIRST_FILES) return decodeBatch(batch)
    if (this.threads.length === 0) for (let i = 0; i < this.count; i++) this.threads.push(this.start())
    const thread = this.threads.reduce((least, one) => (one.waiting < least.waiting ? one : least))
    thread.waiting++
    thread.worker.postMessage({ id, batch } satisfies DecodeTask)
    return new Promise((resolve, reject) => {
      const settled = (): void => {
        thread.waiting--
        this.waiting.delete(id)
      }
      this.waiting.set(id, {
        resolve: (decoded) => {
          settled()
          resolve(decoded)
        },
        reject: (error) => {
          settled()
          reject(error)
        },
      })
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()))
  }

  private start(): Thread {
    const worker = new Worker(createRequire(import.meta.url).resolve('#dist/data/decode-thread.js'))
    const failAll = (message: string): void => {
      for (const { reject } of [...this.waiting.values()])
        reject(new AppError('internal', `A thread that decodes images failed: ${message}`))
    }
    worker.on('message', (answer: DecodeAnswer) => {
      const asked = this.waiting.get(answer.id)
      if ('batch' in answer) asked?.resolve(answer.batch)
      else asked?.reject(new AppError('internal', `An image could not be decoded: ${answer.failure}`))
    })
    worker.once('error', (error) => {
      failAll(error.message)
    })
    worker.once('exit', () => {
      failAll('it ended')
    })
    return { worker, waiting: 0 }
  }
}
