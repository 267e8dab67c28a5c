import type { DecodedImage } from '../decoded-image.ts'
import { imagingPath, loadImaging, operationCaller, type Imaging } from '../imaging.ts'
import { pixelPool } from '../pixel-pool.ts'

type Size = Omit<DecodedImage, 'data'>

/** The decoders in C++, at work in the calling thread. */
export interface NativeDecoder {
  /** @returns undefined for a file that the decoder refuses. */
  decode(operation: 'decodePng' | 'decodeJpeg', file: Buffer, size: Size): DecodedImage<Uint8Array> | undefined
  /** Shrinks with an antialiased triangle filter, as libvips' linear kernel does. */
  shrink(image: DecodedImage<Uint8Array>, size: { width: number; height: number }): DecodedImage<Uint8Array>
}

let opened: NativeDecoder | undefined

/** Undefined where the addon is not built. */
export function nativeDecoder(): NativeDecoder | undefined {
  if (imagingPath === undefined) return undefined
  return (opened ??= open(loadImaging()))
}

function open(imaging: Imaging): NativeDecoder {
  const { parameters, operations } = imaging
  const pool = pixelPool()
  const caller = operationCaller(imaging, pool)
  return {
    decode(operation, file, { width, height, channels }) {
      const data = new Uint8Array(width * height * channels)
      parameters.set([file.byteLength, 1, 1, width, height, channels])
      try {
        imaging.run(operations[operation], data, file)
      } catch {
        return undefined
      }
      return { data, width, height, channels }
    },
    shrink(image, { width, height }) {
      const place = [0, 0, image.width, image.height, width, height, 0, 0]
      const { data } = caller.sized(operations.resize, image, { width, height, channels: image.channels }, place)
      const copy = Uint8Array.from(data)
      pool.reclaim()
      return { data: copy, width, height, channels: image.channels }
    },
  }
}
