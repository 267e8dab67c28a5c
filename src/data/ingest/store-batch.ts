import { AppError } from '../../errors.ts'
import type { DecodedImage } from '../decoded-image.ts'
import type { Source } from '../source/open-source.ts'
import { printable } from '../text.ts'
import { numberOf, storedBytes, waits, type DecodedBatch } from './batch.ts'
import type { BatchFile } from './batch-builder.ts'
import type { ImageStore } from './image-store.ts'
import type { ImageTable } from './image-table.ts'
import type { Listed, Problem } from './problems.ts'
import type { Spool } from './spool.ts'

const MAX_DETAIL = 500

/** Where decoded images go. */
export interface BatchTarget {
  source: Source
  table: ImageTable
  store: ImageStore
  /** For images that are stored last. */
  late: Spool
  /** Files that are set aside are added. */
  problems: Listed<Problem>
}

/** Stores the images of a batch in their order, and sets aside the files of which none was made. */
export function storeBatch(files: readonly BatchFile[], decoded: DecodedBatch, target: BatchTarget): void {
  const { table, store, source } = target
  const { alike, used } = decoded
  const together = alike === 0 ? undefined : store.addTogether(decoded.bytes.subarray(0, used), alike)
  const problems = new Map(decoded.problems.map((problem) => [problem.place, problem]))
  for (let place = 0; place < files.length; place++) {
    const { path, located, problem = problems.get(place) } = files[place]!
    if (located && numberOf(decoded, place, 'problem') === 0) source.fileRead(numberOf(decoded, place, 'fileBytes'))
    if (problem !== undefined) setAside(target, path, problem)
    else if (together === undefined) storeOne(path, decoded, place, target)
    else {
      const offset = together + numberOf(decoded, place, 'start')
      table.addDecoded(path, decoded, place, offset)
      table.store(table.length - 1, offset, 'raw')
    }
  }
}

function setAside({ problems }: BatchTarget, file: string, { code, message }: { code: string; message: string }): void {
  problems.add({ file, code, detail: printable(message, MAX_DETAIL) })
}

function storeOne(path: string, decoded: DecodedBatch, place: number, target: BatchTarget): void {
  const { table, store, late, source } = target
  const [width, height] = [numberOf(decoded, place, 'width'), numberOf(decoded, place, 'height')]
  if (width === 0) throw new AppError('internal', `Nothing was made of ${printable(path)}.`)
  const channels = numberOf(decoded, place, 'channels') as DecodedImage['channels']
  const bytes = storedBytes(decoded, place)
  const i = table.length
  const isLate = waits(decoded, place)
  table.addDecoded(path, decoded, place, isLate ? late.append(bytes) : 0)
  if (isLate) source.budget.pack(bytes.byteLength)
  else if (numberOf(decoded, place, 'isJpeg') === 1) store.addJpeg(i, bytes, channels)
  else store.add(i, { data: bytes, width, height, channels })
}
