import { isSpanContextValid, trace } from '@opentelemetry/api';

/**
 * The trace in which this code runs, as W3C trace context writes it and
 * CloudEvents carry it; undefined: in none, as where OpenTelemetry is not set up.
 */
export function activeTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !isSpanContextValid(span)) {
    return undefined;
  }
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  return `00-${span.traceId}-${span.spanId}-${flags}`;
}
