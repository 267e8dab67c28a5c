import { Readable } from 'node:stream'
import { Client } from './client.ts'
import type { AnnealOptions } from './http.ts'
import { pathFiles } from './path-files.ts'
import type { Platform } from './platform.ts'

export * from './surface.ts'

const NODE: Platform = {
  pathFiles,
  streamInput: (stream) => Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]),
  // It asks a piece for its size, as of a Blob.
  piece: (bytes) =>
    Object.assign(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { size: bytes.byteLength }),
}

export class Anneal extends Client {
  /** Without options, `ANNEAL_URL` and `ANNEAL_API_KEY` of the environment. */
  constructor({
    url = process.env['ANNEAL_URL'],
    apiKey = process.env['ANNEAL_API_KEY'],
    ...options
  }: AnnealOptions = {}) {
    super({ ...options, ...(url === undefined ? {} : { url }), ...(apiKey === undefined ? {} : { apiKey }) }, NODE)
  }
}
