import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { isSafe } from './methods.ts'

/** Below it, headers are most of an answer. */
const MIN_BYTES = 2048
const COMPRESSED_TYPES = /^(?:application\/(?:[\w.+-]+\+)?json|text\/plain)(?:;|$)/i
/** Of Brotli, from 0 to 11: higher ones take longer than they save on the way. */
const QUALITY = 4

/**
 * Compresses JSON and text that the routes of a scope answer, as `Accept-Encoding` asks; register it before them.
 *
 * Files are sent as they are stored: their tag is the hash of what arrives, and they can be resumed by range. Event streams write past it.
 * Only what is read is compressed: answers that show a secret once are answers to POST, and the session's token, which another site would need
 * to guess byte by byte from the sizes of answers (BREACH), is in a scope of its own.
 */
export async function compressAnswers(scope: FastifyInstance): Promise<void> {
  scope.addHook('onRoute', (route) => {
    if (!mayCompress(route)) route.compress = false
  })
  await scope.register(compress, {
    // Bodies of requests would be unpacked past the limits of their sizes.
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold: MIN_BYTES,
    customTypes: COMPRESSED_TYPES,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } },
  })
}

function mayCompress({ method, schema }: RouteOptions): boolean {
  const { produces } = (schema ?? {}) as { produces?: readonly string[] }
  return [method].flat().every(isSafe) && (produces === undefined || produces.includes('application/json'))
}
