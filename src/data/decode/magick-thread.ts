/** ImageMagick as WebAssembly in a thread of its own: makes files of formats that libvips does not read into TIFFs with the same pixels. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import {
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
import type { MagickAnswer, MagickTask } from './magick.ts'

/** Named by us and never found by ImageMagick, which would also run scripts and fetch addresses. */
const FORMATS: Readonly<Record<MagickTask['format'], MagickFormat>> = {
  BMP: MagickFormat.Bmp,
  HEIC: MagickFormat.Heic,
  'JPEG XL': MagickFormat.Jxl,
  'JPEG 2000': MagickFormat.Jp2,
  ICO: MagickFormat.Ico,
}
const CODESTREAM_2000 = 0xff
const MAX_BYTES = 1_500_000_000n

const wasm = createRequire(import.meta.url).resolve('@imagemagick/magick-wasm/magick.wasm')
const starting = initializeImageMagick(readFileSync(wasm)).then(() => {
  ResourceLimits.memory = MAX_BYTES
  ResourceLimits.disk = 0n
})

function transcoded({ file, format, pixels }: MagickTask): MagickAnswer {
  const settings = new MagickReadSettings({
    format: format === 'JPEG 2000' && file[0] === CODESTREAM_2000 ? MagickFormat.J2k : FORMATS[format],
    frameIndex: 0,
    frameCount: 1,
  })
  const { width, height } = MagickImageInfo.create(file, settings)
  if (width * height > pixels) return { tooLarge: { width, height } }
  return ImageMagick.read(file, settings, (image) => {
    if (image.width * image.height > pixels) return { tooLarge: { width: image.width, height: image.height } }
    // HEIC and JPEG XL are upright already.
    image.orientation = Orientation.TopLeft
    image.settings.compression = CompressionMethod.NoCompression
    return image.write(MagickFormat.Tiff, (bytes) => ({ tiff: Uint8Array.from(bytes) }))
  })
}

parentPort?.on('message', (task: MagickTask) => {
  void starting
    .then(() => transcoded(task))
    .catch((error: unknown): MagickAnswer => {
      // Anything else leaves WebAssembly's memory in an unknown state, and ends the thread.
      if (!(error instanceof MagickError)) throw error
      return { failure: error.message }
    })
    .then((answer) => parentPort?.postMessage(answer, 'tiff' in answer ? [answer.tiff.buffer as ArrayBuffer] : []))
})
