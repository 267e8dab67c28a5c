import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { Blobs, DatasetClaim, Store } from '../service/ports.ts'
import type { Reason } from '../service/resources.ts'
import { LEASE_MS, startHeartbeat } from './heartbeat.ts'
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
  stop: AbortSignal
}

const MOST_ATTEMPTS = 3

/** Ingests a claimed upload in a process of its own; a failure leaves neither upload nor packed files, and the reason. */
export async function runIngest(
  claim: DatasetClaim,
  { store, blobs, log, workDir, stop }: IngestRunner,
): Promise<void> {
  const outDir = join(workDir, `${claim.id}-${claim.token}`)
  const child = fork(
    createRequire(import.meta.url).resolve('#dist/bin/ingest.js'),
    [blobs.path(claim.uploadKey), outDir],
    { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  )
  let files = 0
  let lost = false
  const stopHeartbeat = startHeartbeat(() => store.renewDataset(claim.id, claim.token, LEASE_MS, files), {
    log,
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
      const packedKey = `datasets/${claim.id}`
      await blobs.adopt(packedKey, outDir)
      await finish({ manifest: result.manifest, report: result.report, packedKey })
      await blobs.remove(claim.uploadKey)
      return
    }
    const expected = result?.type === 'failed' && result.expected
    if (!expected && (stop.aborted || claim.attempt < MOST_ATTEMPTS)) {
      await untilWritten(() => store.renewDataset(claim.id, claim.token, 0, files), { log, id: claim.id })
      return
    }
    const reason: Reason = {
      code: result?.type === 'failed' ? result.code : 'internal',
      fault: expected ? 'data' : 'infra',
      retryable: false,
      detail: result?.type === 'failed' ? result.detail : 'The ingest process died.',
    }
    await finish({ reason })
    await blobs.remove(claim.uploadKey)
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }

  async function finish(outcome: Parameters<Store['finishDataset']>[2]): Promise<void> {
    await untilWritten(() => store.finishDataset(claim.id, claim.token, outcome), { log, id: claim.id })
  }
}
