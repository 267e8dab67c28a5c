/** The decoder process: decodes one image after another for a predictor, which kills it when one takes too long. */
import { decodeImage } from '../data/decode.ts'
import { DEFAULT_LIMITS } from '../data/source/budget.ts'
import { AppError } from '../errors.ts'
import type { DecoderReply } from '../predictor/decoders.ts'

async function decoded(file: Uint8Array): Promise<DecoderReply> {
  try {
    const image = await decodeImage(Buffer.from(file), { pixels: DEFAULT_LIMITS.pixels, shorterSide: Infinity })
    return { image }
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'image_undecodable'
    return { code, message: error instanceof Error ? error.message : String(error) }
  }
}

process.on('message', (file: Uint8Array) => {
  void decoded(file).then((reply) => process.send?.(reply))
})
// Not by exit, which would wait for an image that is being decoded.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
