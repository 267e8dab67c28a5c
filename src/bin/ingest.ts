/** The ingest process: packs one upload and reports its progress to its parent. */
import { ingest, type IngestOptions } from '../data/ingest.ts'
import { printable } from '../data/text.ts'
import { AppError } from '../errors.ts'
import type { IngestMessage } from '../worker/ingest-process.ts'

const MAX_DETAIL = 2000

const say = (message: IngestMessage): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(message, () => resolve())
  })

const [source = '', outDir = '', settings = '{}'] = process.argv.slice(2)
// Not by exit, which would wait for an image that is being decoded.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
try {
  const options = JSON.parse(settings) as Pick<IngestOptions, 'leakage' | 'nearDuplicates' | 'groupBy'>
  const { manifest, report } = await ingest(source, outDir, {
    ...options,
    onProgress: ({ files, fraction }) => void say({ type: 'progress', files, fraction }),
  })
  await say({ type: 'done', manifest, report })
} catch (error) {
  const detail = error instanceof Error ? error.message : String(error)
  await say({
    type: 'failed',
    code: error instanceof AppError ? error.code : 'internal',
    expected: error instanceof AppError,
    detail: printable(detail, MAX_DETAIL),
  })
}
process.exit(0)
