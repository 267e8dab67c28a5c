import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

export interface TraceExport {
  /** Sends what is left. */
  stop(): Promise<void>
}

/**
 * Sends this process' spans to a collector, by OTLP over HTTP. Address, headers, sampler and further attributes are OpenTelemetry's own
 * variables, which its libraries read: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.
 */
export function startTraceExport({ role, version }: { role: string; version: string }): TraceExport {
  const own = resourceFromAttributes({ 'service.name': `anneal-${role}`, 'service.version': version })
  const provider = new NodeTracerProvider({
    // What the environment says comes last, and counts.
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  })
  provider.register()
  return { stop: () => provider.shutdown().catch(() => undefined) }
}
