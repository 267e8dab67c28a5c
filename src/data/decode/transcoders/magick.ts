import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  ColorSpace,
  CompressionMethod,
  ImageMagick,
  initializeImageMagick,
  MagickError,
  MagickFormat,
  MagickImageInfo,
  MagickReadSettings,
  Orientation,
  ResourceLimits,
} from '@imagemagick/magick-wasm'
import type { TranscodeTask, Transcoded } from '../transcode.ts'

/** Named by us and never found by ImageMagick, which would also run scripts and fetch addresses. */
const FORMATS = {
  BMP: MagickFormat.Bmp,
  HEIC: MagickFormat.Heic,
  'JPEG XL': MagickFormat.Jxl,
  'JPEG 2000': MagickFormat.Jp2,
  ICO: MagickFormat.Ico,
  TIFF: MagickFormat.Tiff,
} as const
const CODESTREAM_2000 = 0xff
const MAX_BYTES = 1_500_000_000n

const wasm = createRequire(import.meta.url).resolve('@imagemagick/magick-wasm/magick.wasm')
const starting = initializeImageMagick(readFileSync(wasm)).then(() => {
  ResourceLimits.memory = MAX_BYTES
  ResourceLimits.disk = 0n
})

/** Makes a TIFF with 8 bits of precision, whatever the file has; in sRGB where that is in Lab. */
export async function transcodeWithMagick({ file, format, pixels }: TranscodeTask): Promise<Transcoded> {
  await starting
  const settings = new MagickReadSettings({
    format: format === 'JPEG 2000' && file[0] === CODESTREAM_2000 ? MagickFormat.J2k : FORMATS[format],
    frameIndex: 0,
    frameCount: 1,
  })
  try {
    const { width, height } = MagickImageInfo.create(file, settings)
    if (width * height > pixels) return { tooLarge: { width, height } }
    return ImageMagick.read(file, settings, (image) => {
      if (image.width * image.height > pixels) return { tooLarge: { width: image.width, height: image.height } }
      // HEIC is upright already; its Exif says how it was before.
      if (format === 'JPEG XL' || format === 'TIFF') image.autoOrient()
      if (format === 'TIFF') {
        image.colorSpace = ColorSpace.sRGB
        image.depth = 8
      }
      image.orientation = Orientation.TopLeft
      image.settings.compression = CompressionMethod.NoCompression
      return image.write(MagickFormat.Tiff, (bytes) => ({ image: Uint8Array.from(bytes) }))
    })
  } catch (error) {
    // Anything else leaves WebAssembly's memory in an unknown state, and ends the thread.
    if (!(error instanceof MagickError)) throw error
    return { failure: reasonOf(error.message) }
  }
}

/** ImageMagick's message without its source lines and temporary files. */
const reasonOf = (message: string): string =>
  message
    .split(/\n|['`]? @ /, 1)[0]!
    .replaceAll(/[`']/g, '')
    .replace(/\/tmp\/\S+/, '')
    .trimEnd()
    .slice(0, 200)
