import type { FastifyInstance, FastifyRequest } from 'fastify'

/** What monitors ask for all day. */
const PROBES: ReadonlySet<string | undefined> = new Set(['/livez', '/readyz', '/metrics'])
const JOB_ID = /^job_[\w-]{1,64}$/

/**
 * One line for each request when its answer has ended, with the ids of request, team and job; probes at `debug`. Not the query or the body,
 * which may hold what is a team's own. Every other line of a request has its id too.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => {
      const route = request.routeOptions.url
      request.log[PROBES.has(route) ? 'debug' : 'info']({
        event: 'request',
        method: request.method,
        route,
        status: reply.raw.statusCode,
        complete: reply.raw.writableFinished,
        ms: Math.round(reply.elapsedTime),
        address: request.ip,
        teamId: teamOf(request),
        jobId: jobOf(request),
      })
    })
    done()
  })
}

/** Undefined where nobody was recognised, or the route has no teams. */
const teamOf = (request: FastifyRequest): string | undefined =>
  (request as { caller?: FastifyRequest['caller'] }).caller?.teamId

function jobOf({ params }: FastifyRequest): string | undefined {
  const { id } = (params ?? {}) as { id?: unknown }
  return typeof id === 'string' && JOB_ID.test(id) ? id : undefined
}
