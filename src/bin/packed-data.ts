import { rmSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ingest, type IngestOptions } from '../data/ingest.ts'
import { REPORT_FILE } from '../data/packed.ts'
import type { IngestReport } from '../job-spec/ingest-report.ts'
import type { IngestFlags } from './ingest-options.ts'
import { onInterrupt } from './interruption.ts'
import { ingestProgress } from './progress.ts'

/** Packs `--data` into a temporary folder for as long as `run` takes. */
export async function withPacked<T>(
  path: string,
  run: (directory: string) => Promise<T>,
  flags: IngestFlags & Pick<IngestOptions, 'range'> = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'anneal-data-'))
  const release = onInterrupt(() => rmSync(folder, { recursive: true, force: true }))
  const bar = ingestProgress()
  try {
    const directory = join(folder, 'packed')
    await ingest(path, directory, { ...flags, onProgress: (read) => bar.update(read) })
    bar.done('done')
    bar.stop()
    return await run(directory)
  } finally {
    bar.stop()
    release()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What ingest found, of a packed data set. */
export const readIngestReport = async (directory: string): Promise<IngestReport> =>
  JSON.parse(await readFile(join(directory, REPORT_FILE), 'utf8')) as IngestReport
