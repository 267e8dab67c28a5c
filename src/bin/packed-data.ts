import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ingest } from '../data/ingest.ts'
import type { IngestFlags } from './ingest-options.ts'
import { onInterrupt } from './interruption.ts'
import { progressBar } from './progress.ts'

/** Packs `--data` into a temporary folder for as long as `run` takes. */
export async function withPacked<T>(
  path: string,
  run: (directory: string) => Promise<T>,
  flags: IngestFlags = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'anneal-data-'))
  const release = onInterrupt(() => rmSync(folder, { recursive: true, force: true }))
  const bar = progressBar('ingest')
  try {
    const directory = join(folder, 'packed')
    await ingest(path, directory, {
      ...flags,
      onProgress: ({ files }) => bar.update(files, files + 1, `${files} files`),
    })
    bar.update(1, 1, 'done')
    bar.stop()
    return await run(directory)
  } finally {
    bar.stop()
    release()
    await rm(folder, { recursive: true, force: true })
  }
}
