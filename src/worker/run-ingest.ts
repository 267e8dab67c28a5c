import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { Blobs, DatasetClaim, Store } from '../service/ports.ts'
import type { Reason } from '../service/resources.ts'
import { startHeartbeat } from './heartbeat.ts'
import { storableReason } from './storable.ts'
import { untilWritten } from './until-written.ts'

/** What the ingest process says. */
export type IngestMessage =
  | { type: 'progress'; files: number }
  | { type: 'done'; manifest: unknown; report: unknown }
  | { type: 'failed'; code: string; expected: boolean; detail: string }

export interface IngestRunner {
  store: Store
  blobs: Blobs
  log: Logger
  workDir: string
  leaseMs: number
  stop: AbortSignal
}

const MAX_ATTEMPTS = 3

/** Ingests a claimed upload in a process of its own; a failure leaves neither upload nor packed files, and the reason. */
export async function runIngest(
  claim: DatasetClaim,
  { store, blobs, log, workDir, leaseMs, stop }: IngestRunner,
): Promise<void> {
  const outDir = join(workDir, `${claim.id}-${claim.token}`)
  const child = fork(
    createRequire(import.meta.url).resolve('#dist/bin/ingest.js'),
    [blobs.path(claim.uploadKey), outDir],
    { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  )
  let files = 0
  let lost = false
  const stopHeartbeat = startHeartbeat(() => store.renewDataset(claim.id, claim.token, leaseMs, files), {
    log,
    leaseMs,
    onLost: () => {
      lost = true
      child.kill('SIGKILL')
    },
  })
  const onStop = (): void => void child.kill('SIGKILL')
  stop.addEventListener('abort', onStop, { once: true })
  const result = await new Promise<IngestMessage | undefined>((resolve) => {
    let last: IngestMessage | undefined
    child.on('message', (message: IngestMessage) => {
      if (message.type === 'progress') files = message.files
      else last = message
    })
    child.once('error', () => resolve(undefined))
    child.once('exit', () => resolve(last))
  })
  stopHeartbeat()
  stop.removeEventListener('abort', onStop)
  try {
    if (lost) return
    if (result?.type === 'done') {
      await keep(result)
      return
    }
    const expected = result?.type === 'failed' && result.expected
    if (!expected && (stop.aborted || claim.attempt < MAX_ATTEMPTS)) {
      await untilWritten(() => store.handBackDataset(claim.id, claim.token), { log, id: claim.id })
      return
    }
    await fail({
      code: result?.type === 'failed' ? result.code : 'internal',
      fault: expected ? 'data' : 'infra',
      retryable: false,
      detail: result?.type === 'failed' ? result.detail : 'The ingest process died.',
    })
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }

  /** What was packed becomes the data set; what cannot be stored fails it, and is not tried again without end. */
  async function keep({ manifest, report }: Extract<IngestMessage, { type: 'done' }>): Promise<void> {
    const packedKey = `datasets/${claim.id}`
    try {
      await blobs.adopt(packedKey, outDir)
      if (!(await finish({ manifest, report, packedKey }))) {
        // Deleted meanwhile, or another worker's: of the latter the packed data would be the same, and are under the same key.
        if ((await stateOf()) === 'gone') await blobs.remove(packedKey)
        return
      }
      await blobs.remove(claim.uploadKey)
    } catch (error) {
      log.error({ event: 'ingest_not_stored', datasetId: claim.id, error: String(error) })
      if (claim.attempt < MAX_ATTEMPTS) {
        await untilWritten(() => store.handBackDataset(claim.id, claim.token), { log, id: claim.id })
        return
      }
      await blobs.remove(packedKey)
      const detail = 'What was ingested could not be stored; the log says why.'
      await fail({ code: 'internal', fault: 'infra', retryable: false, detail })
    }
  }

  async function stateOf(): Promise<'held' | 'gone'> {
    return (await store.renewDataset(claim.id, claim.token, leaseMs, files)) ? 'held' : 'gone'
  }

  async function fail(reason: Reason): Promise<void> {
    await finish({ reason: storableReason(reason, [workDir, blobs.path('')]) })
    await blobs.remove(claim.uploadKey)
  }

  function finish(outcome: Parameters<Store['finishDataset']>[2]): Promise<boolean> {
    return untilWritten(() => store.finishDataset(claim.id, claim.token, outcome), { log, id: claim.id })
  }
}
