import type { FastifyError, FastifyPluginAsync, FastifyPluginCallback } from 'fastify'
import { AppError } from '../errors.ts'
import { isSafe } from './methods.ts'
import { browserOperator, type OperatorAccess } from './operators.ts'
import { handleError } from './problem.ts'

export const QUEUE_BOARD = '/queue'
/** What the page would load from elsewhere; the policy of this service refuses it, and the browser's own fonts do. */
const FONTS = /<link href="https:\/\/fonts\.googleapis\.com[^>]*>/g

/** The board of the queue, for operators alone, who read it and change nothing. A browser asks for their name and token. */
export function queueBoardRoutes(board: FastifyPluginCallback, access: OperatorAccess): FastifyPluginAsync {
  return async (app) => {
    // The board checks its parameters itself.
    app.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, querystring: { type: 'object', additionalProperties: true } }
    })
    // The board has an error handler of its own, so problems are sent from here.
    app.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store')
      try {
        browserOperator(access, request)
        if (!isSafe(request.method))
          throw new AppError('forbidden', 'The board shows the queue and changes nothing; jobs are changed under /v1.')
      } catch (error) {
        return handleError(error as FastifyError, request, reply)
      }
    })
    app.addHook('onSend', async (_, reply, payload) => {
      if (reply.statusCode === 401) reply.header('www-authenticate', 'Basic realm="Anneal operators", charset="UTF-8"')
      const isPage = String(reply.getHeader('content-type')).startsWith('text/html')
      return isPage && typeof payload === 'string' ? payload.replace(FONTS, '') : payload
    })
    await app.register(board)
  }
}
