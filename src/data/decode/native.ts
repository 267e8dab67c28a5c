import type { DecodedImage } from '../decoded-image.ts'
import { imagingPath, loadImaging, type Imaging } from '../imaging.ts'
import type { DecodeOptions } from './options.ts'
import { requireSize } from './size.ts'

/** Numbers that the native decoder says of a file; `FILE_RECORD` has their places. */
export const RECORD_NUMBERS = 15

/** What each number of a file's record is; a width of 0: it was not decoded. */
export const FILE_RECORD = {
  width: 0,
  height: 1,
  channels: 2,
  /** Place in `DEPTHS`. */
  depth: 3,
  /** 1 for a JPEG file, after its length. */
  isJpeg: 4,
  /** First byte of the image in the output, and its bytes. */
  start: 5,
  bytes: 6,
  /** Sums over the pixels of three channels, and then of their squares. */
  moments: 7,
  fileBytes: 13,
  /** Why the file was not read: a number of an error of the system, or -1 for one that is too large. */
  problem: 14,
} as const

const PLAN_NUMBERS = 4
/** The next file, the bytes that it takes where there is no room, bytes in use, and the channels of images that are alike. */
export const PROGRESS_NUMBERS = 4
const NONE = new Uint8Array(0)

interface Room {
  imaging: Imaging
  starts: Uint32Array
  lengths: Uint32Array
  plan: Float64Array
  planBytes: Uint8Array
  record: Float64Array
  progress: Float64Array
}

let room: Room | undefined

/** Undefined where the addon is not built. */
export function nativeImaging(): Imaging | undefined {
  return imagingPath === undefined ? undefined : loadImaging()
}

/**
 * Decodes a JPEG or a PNG of a few thousand pixels in the calling thread, upright and shrunk; setting up libvips takes many times as long as a small
 * image. A JPEG that is shrunk to half or less is decoded by scaled DCT first, and shrunk further by an antialiased triangle filter, as in libvips.
 * @returns undefined for every other file and for those that sharp does better (four components, colour profiles, 16 bits) or that have faults,
 *   which then get sharp's verdict.
 * @throws AppError `image_too_many_pixels` or `image_aspect_ratio`
 */
export function decodeNatively(file: Buffer, options: DecodeOptions): DecodedImage<Uint8Array> | undefined {
  room ??= openRoom()
  if (room === undefined || file.byteLength === 0) return undefined
  const { imaging, starts, lengths, plan, planBytes, record, progress } = room
  const { parameters, operations, run } = imaging
  const { pixels, shorterSide, keptPixels = Infinity } = options
  lengths[0] = file.byteLength
  parameters.set([file.byteLength, 1, 1, planBytes.byteLength, 1, 1, pixels, shorterSide, keptPixels])
  run(operations.planFiles, planBytes, file, lengths)
  const [width = 0, height = 0, bytes = 0] = plan
  if (bytes === 0) return undefined
  requireSize({ width, height }, options)
  const data = new Uint8Array(bytes)
  const limits = [pixels, shorterSide, keptPixels, 0, Infinity, 0, 0, 0]
  parameters.set([file.byteLength, 1, 1, bytes, 1, 1, ...limits])
  progress.fill(0)
  run(operations.decodeFiles, data, file, starts, lengths, record, progress, NONE, NONE)
  if (record[FILE_RECORD.width] === 0) return undefined
  return {
    data: data.subarray(0, record[FILE_RECORD.bytes]),
    width: record[FILE_RECORD.width]!,
    height: record[FILE_RECORD.height]!,
    channels: record[FILE_RECORD.channels] as DecodedImage['channels'],
  }
}

function openRoom(): Room | undefined {
  const imaging = nativeImaging()
  if (imaging === undefined) return undefined
  const plan = new Float64Array(PLAN_NUMBERS)
  return {
    imaging,
    starts: new Uint32Array(1),
    lengths: new Uint32Array(1),
    plan,
    planBytes: new Uint8Array(plan.buffer),
    record: new Float64Array(RECORD_NUMBERS),
    progress: new Float64Array(PROGRESS_NUMBERS),
  }
}
