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
  const problems = new Map(decoded.problems.map((problem) => [problem.index, problem]))
  for (let index = 0; index < files.length; index++) {
    const { path, located, problem = problems.get(index) } = files[index]!
    if (located && numberOf(decoded, index, 'problem') === 0) source.fileRead(numberOf(decoded, index, 'fileBytes'))
    if (problem !== undefined) setAside(target, path, problem)
    else if (together === undefined) storeOne(path, decoded, index, target)
    else {
      const offset = together + numberOf(decoded, index, 'start')
      table.addDecoded(path, decoded, index, offset)
      table.store(table.length - 1, offset, 'raw')
    }
  }
}

function setAside({ problems }: BatchTarget, file: string, { code, message }: { code: string; message: string }): void {
  problems.add({ file, code, detail: printable(message, MAX_DETAIL) })
}

function storeOne(path: string, decoded: DecodedBatch, index: number, target: BatchTarget): void {
  const { table, store, late, source } = target
  const [width, height] = [numberOf(decoded, index, 'width'), numberOf(decoded, index, 'height')]
  if (width === 0) throw new AppError('internal', `Nothing was made of ${printable(path)}.`)
  const channels = numberOf(decoded, index, 'channels') as DecodedImage['channels']
  const bytes = storedBytes(decoded, index)
  const i = table.length
  const isLate = waits(decoded, index)
  table.addDecoded(path, decoded, index, isLate ? late.append(bytes) : 0)
  if (isLate) source.budget.pack(bytes.byteLength)
  else if (numberOf(decoded, index, 'isJpeg') === 1) store.addJpeg(i, bytes, channels)
  else store.add(i, { data: bytes, width, height, channels })
}
