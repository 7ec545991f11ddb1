import { ConfigReader } from '@backstage/config';
import type { Entity } from '@backstage/catalog-model';
import { readAnnotationSettings } from '../config';
import { FourKeysAnnotationProcessor } from './FourKeysAnnotationProcessor';

const location = { type: 'url', target: 'https://example.com/a.yaml' };

function deepFreeze<T>(value: T): T {
  Object.values(value as object).forEach(inner => {
    if (typeof inner === 'object' && inner !== null) {
      deepFreeze(inner);
    }
  });
  return Object.freeze(value);
}

const processorFor = (catalog: object) =>
  new FourKeysAnnotationProcessor(
    readAnnotationSettings(new ConfigReader({ fourKeys: { catalog } })),
  );

const entity = deepFreeze({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'a', annotations: { 'four-keys.dev/risk': 'huge' } },
  spec: { type: 'library', owner: 'payments' },
  status: { items: [{ type: 'other', level: 'info', message: 'kept' }] },
});

describe('FourKeysAnnotationProcessor', () => {
  it('never changes its input and keeps the status of others', async () => {
    const emit = jest.fn();
    const processor = processorFor({});
    const once = await processor.postProcessEntity(entity, location, emit);
    expect(once).toEqual(
      await processor.postProcessEntity(entity, location, emit),
    );
    expect(once).toMatchObject({
      status: {
        items: [
          entity.status.items[0],
          { type: 'four-keys.dev/invalid-value', level: 'warning' },
        ],
      },
    });
    expect(emit).not.toHaveBeenCalled();
    expect(processor.getProcessorName()).toBe('FourKeysAnnotationProcessor');
  });

  it('passes 10,000 entities in less than two seconds', async () => {
    const processor = processorFor({});
    const many: Entity[] = Array.from({ length: 10_000 }, (_, i) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: `service-${i}`,
        annotations: {
          'four-keys.dev/runtime': i % 2 ? 'nodejs@22' : 'Node',
          'four-keys.dev/service-id': `service-${i}`,
          'backstage.io/techdocs-ref': 'dir:.',
        },
      },
      spec: { type: 'service', owner: 'group:default/payments' },
    }));
    const before = performance.now();
    for (const one of many) {
      await processor.postProcessEntity(one, location, () => {});
    }
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('reads rules by short names and says which key is wrong', async () => {
    const emit = jest.fn();
    await processorFor({
      mode: 'enforce',
      rules: [{ match: { kind: ['component'] }, require: ['telemetry-key'] }],
    }).postProcessEntity(
      { ...entity, metadata: { name: 'a' } },
      location,
      emit,
    );
    expect(emit).toHaveBeenCalledTimes(1);
    expect(emit.mock.calls[0][0].error.message).toContain(
      'four-keys.dev/telemetry-key is missing',
    );
    expect(() => processorFor({ mode: 'strict' })).toThrow(
      'fourKeys.catalog.mode is "strict", it must be one of off, warn, enforce',
    );
    expect(() => processorFor({ rules: [{ require: ['run-time'] }] })).toThrow(
      /fourKeys.catalog.rules cannot be used.*did you mean four-keys.dev\/runtime/,
    );
    expect(() => processorFor({ deployTypes: [] })).toThrow(
      'fourKeys.catalog.deployTypes is empty',
    );
  });
});
