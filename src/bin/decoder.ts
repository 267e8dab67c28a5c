/** The decoder process: decodes one image after another for a predictor, which kills it when one takes too long. */
import { decodeImage } from '../data/decode/decode.ts'
import { DEFAULT_LIMITS } from '../data/source/budget.ts'
import { AppError } from '../errors.ts'
import type { DecoderReply, DecoderRequest } from '../predictor/decoders.ts'

async function decoded({ file, shorterSide }: DecoderRequest): Promise<DecoderReply> {
  try {
    const image = await decodeImage(Buffer.from(file), { pixels: DEFAULT_LIMITS.pixels, shorterSide })
    return { image }
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'image_undecodable'
    return { code, message: error instanceof Error ? error.message : String(error) }
  }
}

process.on('message', (request: DecoderRequest) => {
  void decoded(request).then((reply) => process.send?.(reply))
})
// Not by exit, which would wait for an image that is being decoded.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
