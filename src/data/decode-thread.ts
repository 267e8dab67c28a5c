/** A thread that decodes images for ingest, one batch after the other. */
import { parentPort } from 'node:worker_threads'
import type { DecodedBatch, EncodedBatch } from './ingest/batch.ts'
import { decodeBatch } from './ingest/decode-batch.ts'

export interface DecodeTask {
  id: number
  batch: EncodedBatch
}

/** Batches are answered in their order. */
export type DecodeAnswer = { id: number; batch: DecodedBatch } | { id: number; failure: string }

let before = Promise.resolve()

parentPort?.on('message', (task: DecodeTask) => {
  before = before.then(() => answer(task))
})

async function answer({ id, batch }: DecodeTask): Promise<void> {
  try {
    const decoded = await decodeBatch(batch)
    const memory = [decoded.bytes.buffer, decoded.records.buffer, decoded.hashes.buffer, decoded.looks.buffer]
    parentPort?.postMessage({ id, batch: decoded } satisfies DecodeAnswer, memory)
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
    parentPort?.postMessage({ id, failure } satisfies DecodeAnswer)
  }
}
