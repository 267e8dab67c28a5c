import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Moments } from '../ingest/moments.ts'
import { MOMENTS_FILE } from '../packed.ts'

const VALUES = 6
/** Of an image: three sums and three sums of squares, float64, little endian. */
export const MOMENTS_BYTES = VALUES * 8

export function encodeMoments(moments: Moments, bytes: Buffer, offset: number): void {
  for (let k = 0; k < VALUES; k++) bytes.writeDoubleLE(moments[k]!, offset + k * 8)
}

export function decodeMoments(bytes: Buffer, offset = 0): Moments {
  const moments = new Float64Array(VALUES)
  for (let k = 0; k < VALUES; k++) moments[k] = bytes.readDoubleLE(offset + k * 8)
  return moments
}

/** Moments of images by their places; absent where the data set was packed before they were kept. */
export function momentsReader(
  folder: string,
): { read: (place: number, count: number) => Moments[]; close: () => void } | undefined {
  const path = join(folder, MOMENTS_FILE)
  if (!existsSync(path)) return undefined
  const file = openSync(path, 'r')
  return {
    read(place, count) {
      const bytes = Buffer.alloc(count * MOMENTS_BYTES)
      if (readSync(file, bytes, 0, bytes.byteLength, place * MOMENTS_BYTES) < bytes.byteLength)
        throw new AppError('dataset_corrupt', `${path} ends before image ${place + count}.`)
      return Array.from({ length: count }, (_, i) => decodeMoments(bytes, i * MOMENTS_BYTES))
    },
    close: () => {
      closeSync(file)
    },
  }
}
