import { FILE_RECORD, nativeImaging, RECORD_NUMBERS } from '../decode/native.ts'
import type { Imaging } from '../imaging.ts'
import { turns } from '../turns.ts'
import {
  appendBytes,
  emptyBatch,
  filesOf,
  HASH_BYTES,
  numberOf,
  storedBytes,
  type DecodedBatch,
  type EncodedBatch,
} from './batch.ts'
import { DecodeThreads } from './decode-threads.ts'
import { decodeBatchNatively } from './native-batch.ts'

const FIRST_BYTES = 1 << 20
/** Memory of a batch that is used again. */
const MAX_KEPT_BYTES = 1 << 23
const MAX_KEPT_PER_THREAD = 4

/**
 * Decodes batches on as many cores as there are: what the native decoder does in its threads, and the rest in threads of JavaScript, which take long to
 * start and are started for the first file that needs them.
 */
export class DecodePool {
  private readonly count: number
  private readonly threads: DecodeThreads
  private readonly inTurn: ReturnType<typeof turns>
  private readonly free: Uint8Array<ArrayBuffer>[] = []
  private closed = false

  constructor(count: number) {
    this.count = count
    this.threads = new DecodeThreads(count)
    this.inTurn = turns({ working: count, waiting: Infinity, what: 'batches' })
  }

  async decode(batch: EncodedBatch): Promise<DecodedBatch> {
    const imaging = nativeImaging()
    if (imaging?.hashes !== true) return this.threads.decode(partOf(batch, [...batch.lengths.keys()]))
    const made = await this.natively(imaging, batch)
    const indices = undecoded(made)
    if (indices.length > 0 && !this.closed) merge(made, await this.threads.decode(partOf(batch, indices)), indices)
    return made
  }

  private natively(imaging: Imaging, batch: EncodedBatch): Promise<DecodedBatch> {
    return this.inTurn(async () =>
      this.closed ? emptyBatch(0) : decodeBatchNatively(imaging, batch, this.free.pop() ?? new Uint8Array(FIRST_BYTES)),
    )
  }

  /** Takes back the memory of a batch. */
  recycle({ bytes }: DecodedBatch): void {
    if (
      this.free.length < this.count * MAX_KEPT_PER_THREAD &&
      bytes.byteLength >= FIRST_BYTES &&
      bytes.byteLength <= MAX_KEPT_BYTES
    )
      this.free.push(bytes)
  }

  async close(): Promise<void> {
    this.closed = true
    this.free.length = 0
    await this.threads.close()
  }
}

function undecoded(made: DecodedBatch): number[] {
  const indices: number[] = []
  for (let index = 0; index < filesOf(made); index++)
    if (numberOf(made, index, 'width') === 0 && numberOf(made, index, 'problem') === 0) indices.push(index)
  return indices
}

/** Some files of a batch, in memory of their own. */
function partOf(batch: EncodedBatch, indices: readonly number[]): EncodedBatch {
  const lengths = Uint32Array.from(indices, (index) => batch.lengths[index]!)
  const starts = new Uint32Array(indices.length)
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const [i, index] of indices.entries()) {
    const start = batch.starts[index]!
    bytes.set(batch.bytes.subarray(start, start + lengths[i]!), at)
    starts[i] = at
    at += lengths[i]!
  }
  return { ...batch, bytes, starts, lengths }
}

/** @param indices of the files of `rest` */
function merge(made: DecodedBatch, rest: DecodedBatch, indices: readonly number[]): void {
  made.alike = 0
  for (const [i, index] of indices.entries()) {
    const record = rest.records.subarray(i * RECORD_NUMBERS, (i + 1) * RECORD_NUMBERS)
    if (numberOf(rest, i, 'width') > 0) record[FILE_RECORD.start] = appendBytes(made, storedBytes(rest, i))
    made.records.set(record, index * RECORD_NUMBERS)
    made.hashes.set(rest.hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), index * HASH_BYTES)
    made.looks.set(rest.looks.subarray(2 * i, 2 * i + 2), 2 * index)
  }
  for (const problem of rest.problems) made.problems.push({ ...problem, index: indices[problem.index]! })
}
