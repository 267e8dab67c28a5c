import { Client } from './client.ts'
import type { AnnealOptions } from './http.ts'
import type { Platform } from './platform.ts'

export * from './surface.ts'

const BROWSER: Platform = {
  streamInput: (stream) => stream.getReader(),
  piece: (bytes) => new Blob([bytes]),
}

export class Anneal extends Client {
  constructor(options: AnnealOptions = {}) {
    super(options, BROWSER)
  }
}
