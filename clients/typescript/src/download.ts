import { AnnealError } from './errors.ts'
import type { Http } from './http.ts'

/** Connections in a row that bring nothing. */
const MAX_VAIN = 5

/** A file as it comes; where the connection breaks, the rest is asked for. */
export function fileStream(http: Http, path: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = pieces(http, path)
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })
}

async function* pieces(http: Http, path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let came = 0
  for (let vain = 0; ; vain++) {
    const response = await http.file(path, came)
    if (came > 0 && response.status !== 206)
      throw new AnnealError(`The rest of ${path} cannot be asked for; download it again.`, {
        code: 'unavailable',
        retryable: true,
      })
    const reader = response.body?.getReader()
    try {
      for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
        came += next.value.byteLength
        vain = 0
        yield next.value
      }
      return
    } catch (cause) {
      if (vain >= MAX_VAIN) throw cause
    } finally {
      await reader?.cancel().catch(() => undefined)
    }
  }
}

export const fileBlob = (http: Http, path: string): Promise<Blob> => new Response(fileStream(http, path)).blob()
