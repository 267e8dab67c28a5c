import type { FastifyPluginCallback } from 'fastify'

/** A span of each request, with that of its handler; probes have none. It continues the trace that a caller's `traceparent` names. */
export async function requestSpans(): Promise<FastifyPluginCallback> {
  const { FastifyOtelInstrumentation } = await import('@fastify/otel')
  const probes = ({ url }: { url: string }): boolean => /^\/(livez|readyz|metrics)$/.test(url)
  return new FastifyOtelInstrumentation({
    ignorePaths: probes,
    instrumentHooks: false,
    // As OpenTelemetry's conventions have it: by the route, of which there are few.
    requestHook: (span, { method, routeOptions }) => void span.updateName(`${method} ${routeOptions.url ?? ''}`.trim()),
  }).plugin()
}
