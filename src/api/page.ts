import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Names of built files have a hash of their content, all but the document itself. */
const KEPT = 'public, max-age=31536000, immutable'
const ASKED_EACH_TIME = 'no-cache'
/** What the service answers itself; an address beside these belongs to the page. */
const OWN = /^\/(v1|docs|queue|metrics|openapi\.json|livez|readyz|assets)(?![\w-])/

/** Serves the built page: its files, compressed as they were built, and its document at every address that is none of the API's. */
export async function servePage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    allowedPath: (path) => !/\.(map|br|gz)$/.test(path),
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.startsWith(join(folder, 'assets')) ? KEPT : ASKED_EACH_TIME)
    },
  })
}

/** Whether a browser asks for an address that the page knows: one that somebody has reloaded, kept or sent. */
export const isOfPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && !OWN.test(url) && (headers.accept ?? '').includes('text/html')

export const sendPage = (reply: FastifyReply): FastifyReply => reply.sendFile('index.html')
