import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { AppError } from '../errors.ts'
import type { PreviewAnswer, PreviewTask } from './preview-thread.ts'
import type { PreviewOptions } from './preview.ts'
import { turns } from './turns.ts'

export interface PreviewLimits {
  /** Threads at work at a time. */
  threads: number
  /** Calls that wait for one at most; further ones are refused. */
  waiting: number
  timeoutMs: number
}

const LIMITS: PreviewLimits = { threads: 1, waiting: 8, timeoutMs: 30_000 }

/**
 * Draws previews in threads, one a call, so that the caller's event loop stays free and a costly augmentation can be cut off.
 * @throws AppError what `previewGrid` throws; `unavailable`, retryable, when too many wait or one takes too long.
 */
export function previewThreads(
  limits: PreviewLimits = LIMITS,
): (directory: string, options: PreviewOptions) => Promise<Buffer> {
  const inTurn = turns({ working: limits.threads, waiting: limits.waiting, what: 'previews' })
  return (directory, options) => inTurn(() => drawn({ directory, options }, limits.timeoutMs))
}

async function drawn(task: PreviewTask, timeoutMs: number): Promise<Buffer> {
  const script = createRequire(import.meta.url).resolve('#dist/data/preview-thread.js')
  const worker = new Worker(script, { workerData: task })
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = await new Promise<PreviewAnswer>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject)
      worker.once('exit', () => reject(new AppError('internal', 'The preview’s thread gave no answer.')))
      timer = setTimeout(() => {
        reject(new AppError('unavailable', `The preview was not drawn in ${timeoutMs / 1000} s.`, { retryable: true }))
      }, timeoutMs)
    })
    if ('png' in answer) return Buffer.from(answer.png)
    const { code, message, ...rest } = answer.error
    throw new AppError(code, message, rest)
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
