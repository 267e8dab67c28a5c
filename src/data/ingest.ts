import type { IngestReport } from '../job-spec/ingest-report.ts'
import { packInto, type IngestOptions } from './ingest/pack.ts'
import type { PackedManifest } from './packed.ts'

export type { IngestOptions }

export interface Ingested {
  manifest: PackedManifest
  report: IngestReport
}

/**
 * Reads a data set, checks and decodes every image, draws missing splits, and packs it into `outDir`, which must not exist. Images that
 * do not decode are set aside and listed; whatever fails leaves nothing behind.
 * @throws AppError `archive_*`, `dataset_*` or `split_leakage`.
 */
export async function ingest(source: string, outDir: string, options: IngestOptions = {}): Promise<Ingested> {
  const { manifest, report } = await packInto(outDir, { upload: source }, options)
  return { manifest, report }
}
