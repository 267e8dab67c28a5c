import type { ChangedImages, DatasetChanges } from '../job-spec/dataset-changes.ts'
import type { Ingested } from './ingest.ts'
import { packInto, type IngestOptions } from './ingest/pack.ts'

/** What a version is made of. */
export interface VersionSources {
  /** The packed version that it changes. */
  folder: string
  changes: DatasetChanges
  /** A folder or archive of images to append. */
  upload?: string
}

export interface MadeVersion extends Ingested {
  changed: ChangedImages
  /** Files of the base's folder that the new one has in common with it and does not hold itself, by their names in the new one. */
  links: Record<string, string>
}

/**
 * Packs a new version of a data set into `outDir`, which must not exist: images removed, in other classes, in other splits, or appended. Pixels
 * that are there already are neither read nor written again, unless appended ones need them otherwise (colour in a grey data set). Equal images
 * in several splits are treated as by `ingest`.
 * @throws AppError as `ingest`; `dataset_change_invalid`, `dataset_unchanged`, `dataset_incompatible`
 */
export async function makeVersion(
  { folder, changes, upload }: VersionSources,
  outDir: string,
  options: IngestOptions = {},
): Promise<MadeVersion> {
  const base = { folder, changes }
  const made = await packInto(outDir, upload === undefined ? { base } : { base, upload }, options)
  return { ...made, changed: made.report.changed! }
}
