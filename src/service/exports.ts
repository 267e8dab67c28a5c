import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import type { ModelServiceDependencies } from './dependencies.ts'
import { foundJob } from './require-found.ts'
import { modelFile, packedKey, storedCheckpoint, withHeld } from './model-files.ts'
import type { Caller } from './ports/caller.ts'
import type { ExportedFile, ExportOptions } from './ports/models.ts'
import { withScratch } from './scratch.ts'

/** Images on which the cost of a precision is measured. */
const MAX_MEASURED = 1000

export interface PrecisionReport extends ExportedFile {
  /** On images of the job's data set; null where it has neither test nor validation images. */
  accuracy: { split: string; images: number; original: number; exported: number } | null
}

/** Checkpoints as files for others to run; each export is made, and measured, once. */
export function exportService(dependencies: ModelServiceDependencies) {
  const { store, blobs, files, models, scratchDir } = dependencies
  const exporting = onceAtATime<ExportedFile>()
  const measuring = onceAtATime<PrecisionReport['accuracy']>()

  const kept = async <T>(key: string, make: () => Promise<T>): Promise<T> => {
    if ((await blobs.sizeBytes(key)) !== undefined) return (await json(blobs.read(key))) as T
    const value = await make()
    await blobs.write(key, Readable.from([JSON.stringify(value)]))
    return value
  }

  async function exported(
    caller: Caller,
    id: string,
    options: ExportOptions,
  ): Promise<{ file: ExportedFile; blobKey: string; downloadName: string }> {
    const { stored, job, kind } = await storedCheckpoint(dependencies, caller, id)
    const record = `exports/${stored.sha256}/${options.format}-${options.precision}.json`
    // In the folder of the checkpoint's hash, which goes with the checkpoint.
    const blobKey = `exports/${stored.sha256}/${options.format}-${options.precision}`
    const made = await exporting(record, async () => {
      if ((await blobs.sizeBytes(blobKey)) === undefined) await blobs.remove(record)
      return kept(record, () =>
        withScratch(scratchDir, async (folder) => {
          const path = join(folder, 'export')
          const result = await withHeld(files, async (held) =>
            models.exportModel(await modelFile(held, stored), { ...options, path }),
          )
          await blobs.copyIn(blobKey, path)
          return result
        }),
      )
    })
    const downloadName = `${job}-${kind}-${options.format}-${options.precision}${extname(made.fileName)}`
    return { file: made, blobKey, downloadName }
  }

  return {
    exported,
    /** An export, and what its precision costs on the data set that its job was trained on. */
    async precisionReport(caller: Caller, id: string, options: ExportOptions): Promise<PrecisionReport> {
      const { job: jobId, stored } = await storedCheckpoint(dependencies, caller, id)
      const made = await exported(caller, id, options)
      const { dataset } = await foundJob(store, caller.teamId, jobId)
      const key = await packedKey(dependencies, caller, dataset)
      const record = `exports/${stored.sha256}/accuracy-${options.precision}.json`
      const accuracy = await measuring(record, () =>
        kept(record, () =>
          withHeld(files, async (held) => {
            const packed = await held.folder(key, 'on-demand')
            const wanted = { precision: options.precision, packed, most: MAX_MEASURED }
            return (await models.precisionCost(await modelFile(held, stored), wanted)) ?? null
          }),
        ),
      )
      return { ...made.file, accuracy }
    },
  }
}

/** Callers that request what is being made already wait for it. */
function onceAtATime<T>(): (key: string, make: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>()
  return (key, make) => {
    const known = running.get(key)
    if (known !== undefined) return known
    const started = make().finally(() => running.delete(key))
    running.set(key, started)
    return started
  }
}
