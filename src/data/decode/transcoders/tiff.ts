import { decode } from 'tiff'
import { isCommonLab, isLab } from '../exif.ts'
import type { TranscodeTask, Transcoded } from '../transcode.ts'
import { transcodeWithMagick } from './magick.ts'

/** Makes a TIFF in sRGB of one in Lab, and a PFM, of 32 bits per value, of one with 64. */
export async function transcodeTiff(task: TranscodeTask): Promise<Transcoded> {
  const file = Buffer.from(task.file)
  if (isCommonLab(file)) return transcodeWithMagick(task)
  if (isLab(file))
    return { failure: 'its colours are ICCLab, or Lab of other than 8 or 16 bits, which is not read; save it as RGB' }
  try {
    const [header] = decode(task.file, { pages: [0], ignoreImageData: true })
    if (header === undefined) return { failure: 'it has no image' }
    const { width, height, samplesPerPixel: channels, orientation = 1 } = header
    if (width * height > task.pixels) return { tooLarge: { width, height } }
    if (channels !== 1 && channels !== 3) return { failure: `it has ${channels} channels of 64 bits; 1 or 3 are read` }
    if (orientation !== 1) return { failure: 'it has 64 bits per value and is not upright; save it with 32 bits' }
    const [image] = decode(task.file, { pages: [0] })
    return { image: pfm({ values: Float32Array.from(image?.data ?? []), width, height, channels }) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

/** Rows from the bottom up. */
function pfm(image: { values: Float32Array; width: number; height: number; channels: number }): Uint8Array {
  const { values, width, height, channels } = image
  const head = Buffer.from(`P${channels === 1 ? 'f' : 'F'}\n${width} ${height}\n-1.0\n`)
  const row = width * channels
  const rows = Array.from({ length: height }, (_, y) => values.subarray((height - 1 - y) * row, (height - y) * row))
  return Uint8Array.from(
    Buffer.concat([
      head,
      ...rows.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    ]),
  )
}
