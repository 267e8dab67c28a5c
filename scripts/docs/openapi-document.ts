import { pino } from 'pino'
import { buildApp } from '../../src/api/app.ts'
import type { OpenApiDocument } from '../../src/isolation/operations.ts'
import type { Services } from '../../src/service/services.ts'

/** The OpenAPI document, from the routes themselves. */
export async function openApiDocument(): Promise<OpenApiDocument> {
  // Routes are declared without being called: no use case is behind them.
  const services = { store: { changes: { subscribe: () => undefined } }, queue: {} } as unknown as Services
  const requestCounts = { add: () => Promise.resolve({ count: 0, leftMs: 0 }), close: () => undefined }
  const log = pino({ level: 'silent' })
  const app = await buildApp({ services, log, uploadBytes: 1, requestCounts, web: '/nowhere' })
  await app.ready()
  const document = app.swagger() as unknown as OpenApiDocument
  await app.close()
  return document
}
