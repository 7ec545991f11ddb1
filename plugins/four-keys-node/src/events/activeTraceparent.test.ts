import { context, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { activeTraceparent } from './activeTraceparent';

const inSpan = (spanId: string) =>
  context.with(
    trace.setSpanContext(context.active(), {
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId,
      traceFlags: TraceFlags.SAMPLED,
    }),
    activeTraceparent,
  );

it('writes the active trace as CloudEvents carry it, and nothing where there is none', () => {
  expect(activeTraceparent()).toBeUndefined();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  try {
    expect(activeTraceparent()).toBeUndefined();
    expect(inSpan('00f067aa0ba902b7')).toBe(
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    );
    expect(inSpan('0000000000000000')).toBeUndefined();
  } finally {
    context.disable();
  }
});
