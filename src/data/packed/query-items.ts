import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { FINDINGS } from '../../job-spec/findings.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { ItemsQuery } from '../../service/ports/images.ts'
import type { DatasetItem, Page } from '../../service/resources.ts'
import { INDEX_FILE, QUARANTINE_FILE, type PackedManifest } from '../packed.ts'
import { readManifest, splitStarts } from './folder.ts'
import { decodeRecord, findingBit, indexLength, RECORD_BYTES, type IndexRecord } from './index-records.ts'
import { itemReader, type Item } from './items.ts'

const RECORDS_PER_READ = 1 << 14
/** Names are longer than records, and there is no index of them: a page looks at so many at most, and the next one goes on from there. */
const NAMES_PER_READ = 1 << 10
const MAX_NAMES_READ = 100_000
const QUARANTINE_READ_BYTES = 1 << 16

/**
 * A page of the items of a packed data set. Only the index is looked through, in blocks, and of the items those are read that are on the page.
 * @throws AppError `invalid_request` for a cursor that was not handed out; `dataset_corrupt`
 */
export async function queryItems(folder: string, query: ItemsQuery): Promise<Page<DatasetItem>> {
  return query.status === 'quarantined' ? queryQuarantined(folder, query) : queryKept(folder, query)
}

async function queryKept(folder: string, query: ItemsQuery): Promise<Page<DatasetItem>> {
  const manifest = readManifest(folder)
  const { counts, classes } = manifest
  const label = query.class === undefined ? undefined : classes.indexOf(query.class)
  const [first, end] = rangeOf(counts, query.split)
  const found: { place: number; record: IndexRecord }[] = []
  const start = Math.max(first, positionOf(query.after, 'item'))
  const items = itemReader(folder)
  const isNamed = query.file === undefined ? undefined : namesWith(query.file)
  const step = isNamed === undefined ? RECORDS_PER_READ : NAMES_PER_READ
  const last = isNamed === undefined ? end : Math.min(end, start + MAX_NAMES_READ)
  const file = await open(join(folder, INDEX_FILE), 'r')
  try {
    for (let at = start; at < last && found.length <= query.limit && label !== -1; at += step) {
      const bytes = await readAt(file, at * RECORD_BYTES, Math.min(step, last - at) * RECORD_BYTES)
      const names = isNamed === undefined ? undefined : items.read(at, indexLength(bytes))
      for (let i = 0; i < indexLength(bytes) && found.length <= query.limit; i++) {
        const record = decodeRecord(bytes, i)
        if (label !== undefined && record.label !== label) continue
        if (!isFound(record, query)) continue
        if (isNamed !== undefined && !isNamed(names?.[i]?.file ?? '')) continue
        found.push({ place: at + i, record })
      }
    }
  } finally {
    await file.close()
  }
  const next = found[query.limit]?.place ?? (last < end && label !== -1 ? last : undefined)
  return {
    data: found
      .slice(0, query.limit)
      .map(({ place, record }) => keptItem(manifest, place, record, items.read(place, 1)[0])),
    nextCursor: next === undefined ? null : cursor('item', next),
  }
}

const isFound = ({ findings }: IndexRecord, { suspicious, finding }: ItemsQuery): boolean =>
  (suspicious === undefined || findings > 0 === suspicious) &&
  (finding === undefined || (findings & findingBit(finding)) !== 0)

function namesWith(part: string): (file: string) => boolean {
  const wanted = part.normalize('NFC').toLowerCase()
  return (file) => file.normalize('NFC').toLowerCase().includes(wanted)
}

function keptItem(
  { classes, counts }: PackedManifest,
  place: number,
  { label, split, width, height, findings }: IndexRecord,
  item: Item | undefined,
): DatasetItem {
  return {
    status: 'kept',
    item: place,
    file: item?.file ?? '',
    class: classes[label] ?? '',
    split,
    index: place - splitStarts(counts)[split],
    group: item?.group ?? null,
    width,
    height,
    sha256: item?.sha256 ?? null,
    findings: FINDINGS.filter((_, bit) => (findings & (1 << bit)) !== 0),
    problem: null,
  }
}

/** The items of a split, or all. */
function rangeOf(counts: PackedManifest['counts'], split: Split | undefined): [first: number, end: number] {
  const starts = splitStarts(counts)
  if (split === undefined) return [0, starts.test + counts.test]
  return [starts[split], starts[split] + counts[split]]
}

async function queryQuarantined(folder: string, query: ItemsQuery): Promise<Page<DatasetItem>> {
  const position = positionOf(query.after, 'byte')
  const isEmpty =
    query.class !== undefined || query.split !== undefined || query.finding !== undefined || query.suspicious === false
  const isNamed = query.file === undefined ? undefined : namesWith(query.file)
  const file = isEmpty ? undefined : await openIfThere(join(folder, QUARANTINE_FILE))
  if (file === undefined) return { data: [], nextCursor: null }
  try {
    // A line starts there, since one ends before it.
    if (position > 0 && (await readAt(file, position - 1, 1)).toString() !== '\n') throw noCursor(query.after)
    const data: DatasetItem[] = []
    let at = position
    for await (const line of linesOf(file, position)) {
      if (data.length === query.limit) return { data, nextCursor: cursor('byte', at) }
      const item = quarantinedItem(folder, line)
      if (isNamed?.(item.file) ?? true) data.push(item)
      at += Buffer.byteLength(line) + 1
    }
    return { data, nextCursor: null }
  } finally {
    await file.close()
  }
}

function quarantinedItem(folder: string, line: string): DatasetItem {
  const none = { item: null, class: null, split: null, index: null, group: null, width: null, height: null }
  try {
    const { file, code, detail } = JSON.parse(line) as { file: string; code: string; detail: string }
    return { status: 'quarantined', file, ...none, sha256: null, findings: [], problem: { code, detail } }
  } catch (cause) {
    throw new AppError('dataset_corrupt', `${join(folder, QUARANTINE_FILE)} has a line that is no JSON.`, { cause })
  }
}

async function* linesOf(file: FileHandle, start: number): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for (let at = start; ;) {
    const bytes = await readAt(file, at, QUARANTINE_READ_BYTES)
    at += bytes.byteLength
    rest = Buffer.concat([rest, bytes])
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield rest.toString('utf8', 0, end)
      rest = rest.subarray(end + 1)
    }
    if (bytes.byteLength === 0) return
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position, length })
  return buffer.subarray(0, bytesRead)
}

/** Data sets that were packed by an older version have none. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
}

type Unit = 'item' | 'byte'

const cursor = (unit: Unit, position: number): string => Buffer.from(`${unit}:${position}`).toString('base64url')

function positionOf(after: string | undefined, unit: Unit): number {
  if (after === undefined) return 0
  const [, found, position] = /^(item|byte):(\d{1,15})$/.exec(Buffer.from(after, 'base64url').toString('utf8')) ?? []
  if (found === unit) return Number(position)
  throw noCursor(after)
}

const noCursor = (after: string | undefined): AppError =>
  new AppError('invalid_request', `The cursor ${JSON.stringify(after)} is not one that was handed out.`, {
    errors: [{ pointer: '/after', detail: 'must be a nextCursor of the same list' }],
  })
