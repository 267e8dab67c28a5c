import type { ReceivedRequest } from './receiver.ts'

/** A span as a collector gets it. */
export interface ReceivedSpan {
  traceId: string
  id: string
  parentId: string | undefined
  name: string
  startMs: number
  endMs: number
  attributes: Record<string, unknown>
}

interface Otlp {
  resourceSpans: {
    scopeSpans: {
      spans: {
        traceId: string
        spanId: string
        parentSpanId?: string
        name: string
        startTimeUnixNano: string
        endTimeUnixNano: string
        attributes: { key: string; value: Record<string, unknown> }[]
      }[]
    }[]
  }[]
}

/** The spans of requests in OTLP as JSON. */
export const spansOf = (requests: readonly ReceivedRequest[]): ReceivedSpan[] =>
  requests
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => (JSON.parse(body) as Otlp).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map(({ traceId, spanId, parentSpanId, name, startTimeUnixNano, endTimeUnixNano, attributes }) => ({
      traceId,
      id: spanId,
      parentId: parentSpanId,
      name,
      startMs: Number(startTimeUnixNano) / 1e6,
      endMs: Number(endTimeUnixNano) / 1e6,
      attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    }))
