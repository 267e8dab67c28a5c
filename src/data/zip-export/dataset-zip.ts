import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { AppError } from '../../errors.ts'
import { Spool } from '../ingest/spool.ts'
import { PackedFiles } from '../packed/packed-files.ts'
import { itemReader, type ItemReader } from '../packed/items.ts'
import { ExportPaths } from './export-paths.ts'
import { exportedFile } from './exported-file.ts'
import { LABELS_FILE, labelsHeader, labelsRow } from './labels-table.ts'
import { ZipWriter } from './zip-writer.ts'

export interface ZipOptions {
  /** Folder for temporary files without names. */
  scratch: string
  /** Called now and then, and before the end; what it throws ends the zip before it is whole. */
  requireThere: () => Promise<void>
}

/** Images read between two looks at whether the data set is still there. */
const BLOCK_IMAGES = 256
/** Images encoded and sent together. */
const BATCH_IMAGES = 16
const SPOOL_BYTES = 1 << 16

/**
 * A packed data set as a zip of its images, `SPLIT/CLASS/NAME`, and a table of their classes and splits, labels.csv. It is made while it is read,
 * in memory that grows by 22 bytes per image; the same data set gives the same bytes.
 * @throws AppError `dataset_corrupt`, and what `requireThere` throws
 */
export async function* datasetZip(directory: string, { scratch, requireThere }: ZipOptions): AsyncGenerator<Buffer> {
  const files = new PackedFiles(directory)
  const spool = (): Spool => new Spool(join(scratch, `${randomUUID()}.tmp`), SPOOL_BYTES)
  const [entries, labels] = [spool(), spool()]
  try {
    const zip = new ZipWriter(entries)
    const hasGroups = files.manifest.hasGroups === true
    const table = new LabelsTable(labels, hasGroups)
    const names = new ExportPaths(files.manifest.classes)
    const context = { files, zip, table, names, hasGroups, items: itemReader(directory) }
    const { train, val, test } = files.manifest.counts
    const total = train + val + test
    for (let place = 0; place < total; place += BATCH_IMAGES) {
      if (place % BLOCK_IMAGES === 0) await requireThere()
      yield await nextImages(context, place, Math.min(BATCH_IMAGES, total - place))
      await files.trim()
    }
    yield zip.header({ name: LABELS_FILE, bytes: labels.bytes, crc32: table.crc32 })
    yield* table.content()
    await requireThere()
    yield* zip.end()
  } finally {
    entries.close()
    labels.close()
    await files.close()
  }
}

interface ZipContext {
  files: PackedFiles
  zip: ZipWriter
  table: LabelsTable
  names: ExportPaths
  hasGroups: boolean
  items: ItemReader
}

async function nextImages(context: ZipContext, place: number, count: number): Promise<Buffer> {
  const { files, zip, table, names } = context
  const [records, items] = [await files.records(place, count), context.items.read(place, count)]
  if (items.length !== count)
    throw new AppError('dataset_corrupt', `The list of images ends before image ${place + count}.`)
  const contents = await Promise.all(records.map((record, i) => exportedFile(files, record, items[i]!.sha256)))
  const parts = records.flatMap(({ label, split, image }, i) => {
    const [{ file, group = '' }, content] = [items[i]!, contents[i]!]
    const extension = image.codec === 'jpeg' ? '.jpg' : '.png'
    const name = names.pathOf({ split, label, file, extension })
    const className = files.manifest.classes[label] ?? ''
    table.add(labelsRow({ file: name, className, split, ...(context.hasGroups ? { group } : {}) }))
    return [zip.header({ name, bytes: content.byteLength, crc32: crc32(content) }), content]
  })
  return Buffer.concat(parts)
}

/** The rows of labels.csv, on disk until all images are sent. */
class LabelsTable {
  crc32 = 0
  private readonly rows: Spool

  constructor(rows: Spool, hasGroups: boolean) {
    this.rows = rows
    this.add(labelsHeader(hasGroups))
  }

  add(row: string): void {
    const bytes = Buffer.from(row)
    this.crc32 = crc32(bytes, this.crc32)
    this.rows.append(bytes)
  }

  *content(): Generator<Buffer> {
    const { bytes } = this.rows
    for (let at = 0; at < bytes; at += SPOOL_BYTES)
      yield Buffer.from(this.rows.read(at, Math.min(SPOOL_BYTES, bytes - at)))
  }
}
