import { getSystemErrorName } from 'node:util'
import { PROGRESS_NUMBERS } from '../decode/native.ts'
import type { DecodedImage } from '../decoded-image.ts'
import type { Imaging } from '../imaging.ts'
import { JPEG_QUALITY } from '../packed/jpeg.ts'
import { tooLarge, unreadable } from '../source/unreadable.ts'
import { emptyBatch, numberOf, setLook, storedBytes, type DecodedBatch, type EncodedBatch } from './batch.ts'
import { lookOf } from './decode-batch.ts'

/** Bytes that are allotted at once for images of which the size is not known yet. */
const MAX_GUESSED_BYTES = 64e6
const TOO_LARGE = -1

/**
 * Decodes what the native decoder does, in one of its threads, with the processor's instructions for SHA-256; the other files have a record whose width is 0.
 * @param memory for the images, where it is large enough
 */
export async function decodeBatchNatively(
  imaging: Imaging,
  batch: EncodedBatch,
  memory: Uint8Array<ArrayBuffer>,
): Promise<DecodedBatch> {
  const { parameters, operations, start } = imaging
  const { bytes, starts, lengths, located, fileBytes, codec } = batch
  const { pixels, shorterSide, keptPixels = Infinity } = batch.options
  const operation = located ? operations.decodePaths : operations.decodeFiles
  const made = emptyBatch(lengths.length)
  made.bytes = memory
  const progress = new Float64Array(PROGRESS_NUMBERS)
  for (let next = 0, needed = 0; next < lengths.length; [next = 0, needed = 0] = progress) {
    const used = progress[2]!
    if (needed > 0) made.bytes = enlarged(made.bytes, used, needed, lengths.length - next)
    const limits = [pixels, shorterSide, keptPixels, next, fileBytes, 1, codec === 'jpeg' ? JPEG_QUALITY : 0, used]
    parameters.set([bytes.byteLength, 1, 1, made.bytes.byteLength, 1, 1, ...limits])
    await start(operation, made.bytes, bytes, starts, lengths, made.records, progress, made.hashes, made.looks)
  }
  made.used = progress[2]!
  made.alike = Math.max(0, progress[3]!)
  for (let index = 0; index < lengths.length; index++) complete(made, index, fileBytes)
  return made
}

function enlarged(
  bytes: Uint8Array<ArrayBuffer>,
  used: number,
  needed: number,
  files: number,
): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(used + Math.max(needed, Math.min(needed * files, MAX_GUESSED_BYTES)))
  larger.set(bytes.subarray(0, used))
  return larger
}

/** Adds what the native decoder leaves out: the reason of a problem, and perceptual hashes of transparent images. */
function complete(made: DecodedBatch, index: number, fileBytes: number): void {
  const problem = numberOf(made, index, 'problem')
  if (problem !== 0) {
    const { code, message } =
      problem === TOO_LARGE
        ? tooLarge(numberOf(made, index, 'fileBytes'), fileBytes)
        : unreadable({ code: getSystemErrorName(-problem) })
    made.problems.push({ index, code, message })
  }
  const channels = numberOf(made, index, 'channels')
  if (channels === 0 || channels % 2 !== 0) return
  const [width, height] = [numberOf(made, index, 'width'), numberOf(made, index, 'height')]
  const image = { data: storedBytes(made, index), width, height, channels: channels as DecodedImage['channels'] }
  setLook(made, index, lookOf(image))
}
