/** Makes files of formats that libvips does not read into ones that it does, or PNM, with the same pixels, in a thread. */
import { parentPort } from 'node:worker_threads'
import type { Transcoded, TranscodeTask } from './transcode.ts'

type Transcoder = (task: TranscodeTask) => Transcoded | Promise<Transcoded>

const magick = async (): Promise<Transcoder> => (await import('./transcoders/magick.ts')).transcodeWithMagick
/** Loaded for the first file of their format. */
const TRANSCODERS: Readonly<Record<TranscodeTask['format'], () => Promise<Transcoder>>> = {
  BMP: magick,
  HEIC: magick,
  ICO: magick,
  'JPEG XL': magick,
  'JPEG 2000': async () => (await import('./transcoders/jpeg-2000.ts')).transcodeJpeg2000,
  TIFF: async () => (await import('./transcoders/tiff.ts')).transcodeTiff,
}

parentPort?.on('message', (task: TranscodeTask) => {
  void TRANSCODERS[task.format]()
    .then((transcode) => transcode(task))
    .then((answer) => parentPort?.postMessage(answer, 'image' in answer ? [answer.image.buffer as ArrayBuffer] : []))
})
