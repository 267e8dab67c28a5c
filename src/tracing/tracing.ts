import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api'

const TRACER = 'anneal'
/** Header of W3C Trace Context, level 1, and the column of what is queued: https://www.w3.org/TR/trace-context/. */
const TRACEPARENT = 'traceparent'

/** The active span as a `traceparent`, for what is done later or elsewhere; null where nothing is traced. */
export function traceparent(): string | null {
  const carrier: Record<string, string> = {}
  propagation.inject(context.active(), carrier)
  return carrier[TRACEPARENT] ?? null
}

interface SpanOptions {
  /** Of the request that has queued the work. */
  parent?: string | null
  attributes?: Attributes
}

/** Does work in a span, which has failed where the work throws. Without an exporter it only does the work. */
export function inSpan<T>(
  name: string,
  { parent, attributes = {} }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const within = parent === undefined ? context.active() : contextOf(parent)
  return trace.getTracer(TRACER).startActiveSpan(name, { attributes }, within, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error))
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}

/** A span of another process, under the active one. */
export function recordSpan(
  name: string,
  { startMs, endMs, attributes = {} }: { startMs: number; endMs: number; attributes?: Attributes },
): void {
  trace.getTracer(TRACER).startSpan(name, { startTime: startMs, attributes }).end(endMs)
}

/** Ids of the active span, for the lines of a log. */
export function traceIds(): { traceId: string; spanId: string } | undefined {
  const found = trace.getActiveSpan()?.spanContext()
  return found === undefined ? undefined : { traceId: found.traceId, spanId: found.spanId }
}

const contextOf = (parent: string | null): Context =>
  parent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { [TRACEPARENT]: parent })
