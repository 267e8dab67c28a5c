/** The ingest process: packs one upload, or makes a version of another, or unpacks images that are to be predicted, and reports its progress to its parent. */
import { ingest, type IngestOptions } from '../data/ingest.ts'
import { makeVersion } from '../data/make-version.ts'
import { printable } from '../data/text.ts'
import { unpackImages } from '../data/unpack-images.ts'
import { AppError } from '../errors.ts'
import { mayPass } from '../worker/passing-fault.ts'
import type { IngestMessage, IngestOrder } from '../worker/ingest-process.ts'

const MAX_DETAIL = 2000

const say = (message: IngestMessage): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(message, () => resolve())
  })

const order = new Promise<IngestOrder>((resolve) => process.once('message', resolve))
// Not by exit, which would wait for an image that is being decoded.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
try {
  const { upload, base, settings, outDir, unpackOnly } = await order
  const options: IngestOptions = {
    ...settings,
    onProgress: ({ files, fraction }) => void say({ type: 'progress', files, fraction }),
  }
  if (unpackOnly === true) await say({ type: 'done', manifest: await unpackImages(upload ?? '', outDir), report: null })
  else if (base === undefined) await say({ type: 'done', ...(await ingest(upload ?? '', outDir, options)) })
  else
    await say({
      type: 'done',
      ...(await makeVersion({ ...base, ...(upload === undefined ? {} : { upload }) }, outDir, options)),
    })
} catch (error) {
  const detail = error instanceof Error ? error.message : String(error)
  // What cannot be read because the disk is full is no fault of the upload.
  const passes = mayPass(error)
  await say({
    type: 'failed',
    code: error instanceof AppError && !passes ? error.code : 'internal',
    expected: error instanceof AppError && !passes,
    detail: printable(detail, MAX_DETAIL),
    mayPass: passes,
  })
}
process.exit(0)
