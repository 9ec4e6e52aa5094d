import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { MongoDBInstrumentation } from '@opentelemetry/instrumentation-mongodb';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/**
 * Traces, for whoever wants them: `node --require ./dist/telemetry.js dist/main.js`. Nothing of the service knows of it,
 * and its packages are development ones: docs/operations.md says which to install beside it. Where the spans go is told
 * in OpenTelemetry's own variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`).
 *
 * Hand-picked instrumentations: all of them together cost three times the start and 80 MB. No spans for fields, which
 * would be hundreds for one list; no statements and variables, which carry personal data.
 */
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'happening' }).merge(
    detectResources({ detectors: [envDetector] }),
  ),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

/** Health checks tell nothing; the path of a calendar feed is its secret, and spans carry paths. */
const UNTRACED = /^\/((health|ready)$|ical\/)/i;

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url = '' }) => UNTRACED.test(url) }),
    new GraphQLInstrumentation({ ignoreResolveSpans: true, ignoreTrivialResolveSpans: true, allowValues: false }),
    new MongoDBInstrumentation({ enhancedDatabaseReporting: false }),
    new IORedisInstrumentation({ dbStatementSerializer: (command) => command }),
  ],
});

// What has ended until then; the last requests' own spans may be lost.
process.once('SIGTERM', () => void provider.forceFlush());
