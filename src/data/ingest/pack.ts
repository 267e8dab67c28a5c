import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import type { PixelRange } from '../decoded-image.ts'
import type { Layout } from '../layout/layout.ts'
import { createLayoutScan } from '../layout/scan.ts'
import { REPORT_FILE, type PackedManifest } from '../packed.ts'
import { Budget, DEFAULT_LIMITS, type SourceLimits } from '../source/budget.ts'
import { openSource, type Source } from '../source/open-source.ts'
import { SourceLog } from '../source/source-log.ts'
import { unlinkShards } from '../versions/base-shards.ts'
import { loadBase, type BaseVersion, type LoadBaseOptions } from '../versions/load-base.ts'
import { collect, type IngestProgress } from './collect.ts'
import { ImageStore, type StoredBefore } from './image-store.ts'
import { ImageTable } from './image-table.ts'
import { packImages } from './pack-images.ts'
import { pathOrder } from './path-order.ts'
import { assignPlaces, type SplitChoices } from './place.ts'
import { QuarantineWriter } from '../packed/quarantine.ts'
import { listOf, type Problem } from './problems.ts'
import { ingestReport } from './report.ts'
import { Spool } from './spool.ts'

export interface IngestOptions extends SplitChoices {
  limits?: SourceLimits
  signal?: AbortSignal
  /** Draws the splits that the data set does not give. */
  seed?: number
  /** Images whose shorter side is longer are shrunk to it. */
  workingSize?: number
  /** What deep images are scaled by, where it is not to be found in them: values beyond are clipped. */
  range?: PixelRange
  /** Images that have more bytes as pixels, all together, are stored as JPEG. */
  maxRawBytes?: number
  /** Bytes of a shard at most. */
  shardBytes?: number
  onProgress?: (progress: IngestProgress) => void
}

/** What a version is made of: a folder or an archive, another version, or both. */
export interface PackSources {
  upload?: string
  base?: { folder: string } & Pick<LoadBaseOptions, 'changes'>
}

export interface Packed {
  manifest: PackedManifest
  report: IngestReport
  /** Files of the base's folder that belong to this one too, by their names in this one. */
  links: Record<string, string>
}

const WORKING_SIZE = 256

/** Makes `outDir`, which must not exist, from sources; whatever fails leaves nothing behind. */
export async function packInto(outDir: string, sources: PackSources, options: IngestOptions): Promise<Packed> {
  await mkdir(dirname(outDir), { recursive: true })
  const work = await mkdtemp(`${outDir}.partial-`)
  try {
    const result = await pack(work, sources, options)
    options.signal?.throwIfAborted()
    await rename(work, outDir)
    return result
  } catch (error) {
    await rm(work, { recursive: true, force: true })
    throw error
  }
}

async function pack(folder: string, { upload, base: from }: PackSources, options: IngestOptions): Promise<Packed> {
  const { limits = DEFAULT_LIMITS, seed = 0, shardBytes, maxRawBytes, leakage, nearDuplicates } = options
  const source = upload === undefined ? undefined : await openSource(upload, limits)
  const table = new ImageTable(folder)
  const late = new Spool(join(folder, 'late.tmp'))
  const quarantine = new QuarantineWriter(folder)
  const problems = listOf<Problem>((problem) => {
    quarantine.add(problem)
  })
  let store: ImageStore | undefined
  try {
    const base = from === undefined ? undefined : await loadBase(table, from.folder, { ...from, work: folder })
    const workingSize = base?.manifest.workingSize ?? options.workingSize ?? WORKING_SIZE
    const budget = source?.budget ?? new Budget(limits, Infinity)
    store = new ImageStore(table, { folder, budget, shardBytes, maxRawBytes, before: base && storedBefore(base) })
    const read = await readSource(source, { table, store, late, problems, workingSize, ...options })
    const appended = { base, appendTo: from?.changes.appendTo }
    const order = pathOrder(table, folder)
    const placed = assignPlaces(table, { ...read, ...appended, problems, order, seed, limits, leakage, nearDuplicates })
    const { range } = options
    const packed = packImages(folder, { table, placed, store, late, workingSize, base, range })
    requireChange(packed.manifest, base)
    const report = ingestReport({ ...read, problems, placed, base, ...packed })
    if (base !== undefined) report.changed = { ...base.changed, appended: countAppended(placed.images, base) }
    await writeFile(join(folder, REPORT_FILE), JSON.stringify(report))
    quarantine.flush()
    const links = base === undefined ? {} : unlinkShards(folder, base.shards)
    return { manifest: packed.manifest, report, links }
  } finally {
    store?.close()
    quarantine.close()
    late.close()
    table.close()
  }
}

interface Read {
  files: number
  log: SourceLog
  layout: Layout
}

type ReadOptions = Omit<Parameters<typeof collect>[1], 'scan'> & Pick<IngestOptions, 'groupBy' | 'leakage'>

/** Takes in an upload; without one there is nothing to be placed. */
async function readSource(source: Source | undefined, { groupBy, leakage, ...options }: ReadOptions): Promise<Read> {
  if (source === undefined) return { files: 0, log: new SourceLog(), layout: NOTHING }
  const scan = createLayoutScan()
  const files = await collect(source, { ...options, scan })
  return { files, log: source.log, layout: scan.finish({ groupBy, leakage }, source.log.unreadLists) }
}

const NOTHING: Layout = {
  placementOf: () => ({ code: 'image_unlabelled', detail: 'No upload was read.' }),
  classNames: [],
  missing: { count: 0, files: [] },
  warnings: [],
}

const storedBefore = ({ manifest, shards }: BaseVersion): StoredBefore => ({
  channels: manifest.channels,
  storage: manifest.storage ?? 'raw',
  shards: shards.shards,
})

const countAppended = (images: Int32Array, { count }: BaseVersion): number =>
  images.reduce((sum, image) => sum + (image >= count ? 1 : 0), 0)

function requireChange({ hash }: PackedManifest, base: BaseVersion | undefined): void {
  if (base?.manifest.hash !== hash) return
  throw new AppError(
    'dataset_unchanged',
    'The new version would have the same images, classes and splits as the one that it is made of: nothing changes.',
  )
}
