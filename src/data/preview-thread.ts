import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../errors.ts'
import { previewGrid, type PreviewOptions } from './preview.ts'

export interface PreviewTask {
  directory: string
  options: PreviewOptions
}

/** What a preview thread answers with. */
export type PreviewAnswer = { png: Uint8Array } | { error: Pick<AppError, 'code' | 'message' | 'errors' | 'retryable'> }

const { directory, options } = workerData as PreviewTask
const answer = await previewGrid(directory, options).then(
  (png): PreviewAnswer => ({ png }),
  (error: unknown): PreviewAnswer => {
    if (!(error instanceof AppError)) throw error
    const { code, message, errors, retryable } = error
    return { error: { code, message, errors, retryable } }
  },
)
parentPort?.postMessage(answer)
