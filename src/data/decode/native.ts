import type { DecodedImage } from '../decoded-image.ts'
import { imagingPath, loadImaging, type Imaging } from '../imaging.ts'

type Size = Omit<DecodedImage, 'data'>
type Area = Pick<DecodedImage, 'width' | 'height'>

/** Memory for decoded pixels that outlives an image; larger ones have their own. */
const MAX_KEPT_BYTES = 1 << 22

/** How a decoded image is shrunk. */
export interface Shrinking {
  /** The upper left part that is kept. */
  part: Area
  size: Area
}

/** The decoders in C++, at work in the calling thread. */
export interface NativeDecoder {
  /**
   * Decodes a file to an image of a size, and where `shrinking` is given, shrinks that with an antialiased triangle filter, as libvips' linear
   * kernel does.
   * @returns undefined for a file that the decoder refuses.
   */
  decode(
    operation: 'decodePng' | 'decodeJpeg',
    file: Buffer,
    size: Size,
    shrinking?: Shrinking,
  ): DecodedImage<Uint8Array> | undefined
}

let opened: NativeDecoder | undefined

/** Undefined where the addon is not built. */
export function nativeDecoder(): NativeDecoder | undefined {
  if (imagingPath === undefined) return undefined
  return (opened ??= open(loadImaging()))
}

function open(imaging: Imaging): NativeDecoder {
  const { parameters, operations, run } = imaging
  let kept = new Uint8Array(0)
  /** Valid until the next call; what is in it is left from before. */
  const temporary = (bytes: number): Uint8Array => {
    if (bytes > MAX_KEPT_BYTES) return new Uint8Array(bytes)
    if (kept.byteLength < bytes) kept = new Uint8Array(bytes)
    return kept.subarray(0, bytes)
  }
  const decodeInto = (
    data: Uint8Array,
    operation: 'decodePng' | 'decodeJpeg',
    file: Buffer,
    { width, height, channels }: Size,
  ): boolean => {
    parameters.set([file.byteLength, 1, 1, width, height, channels])
    try {
      run(operations[operation], data, file)
      return true
    } catch {
      return false
    }
  }
  return {
    decode(operation, file, size, shrinking) {
      const { width, height, channels } = size
      const bytes = width * height * channels
      if (shrinking === undefined) {
        const data = new Uint8Array(bytes)
        return decodeInto(data, operation, file, size) ? { data, width, height, channels } : undefined
      }
      const whole = temporary(bytes)
      if (!decodeInto(whole, operation, file, size)) return undefined
      const { part, size: to } = shrinking
      const data = new Uint8Array(to.width * to.height * channels)
      const place = [0, 0, part.width, part.height, to.width, to.height, 0, 0]
      parameters.set([width, height, channels, to.width, to.height, channels, ...place])
      run(operations.resize, data, whole)
      return { data, width: to.width, height: to.height, channels }
    },
  }
}
