import { ConfigReader } from '@backstage/config';
import type { Entity } from '@backstage/catalog-model';
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
  FourKeysAnnotationProcessor.fromConfig(
    new ConfigReader({ fourKeys: { catalog } }),
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

  it('judges each of many entities by itself, in any order', async () => {
    const processor = processorFor({});
    const many: Entity[] = Array.from({ length: 500 }, (_, i) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: `library-${i}`,
        annotations: { 'four-keys.dev/runtime': i % 2 ? 'nodejs@22' : 'Node' },
      },
      spec: { type: 'library', owner: 'group:default/payments' },
    }));
    const process = (entities: Entity[]) =>
      Promise.all(
        entities.map(one =>
          processor.postProcessEntity(one, location, () => {}),
        ),
      );
    const processed = await process(many);
    expect((await process([...many].reverse())).reverse()).toEqual(processed);
    processed.forEach((one, i) => expect('status' in one).toBe(i % 2 === 0));
  });

  it('warns in experimental and enforces in production by one line', async () => {
    const processor = processorFor({
      mode: { default: 'warn', production: 'enforce' },
      rules: [{ require: ['slo'], mode: 'warn' }],
    });
    const emit = jest.fn();
    const inLifecycle = (lifecycle: string) => ({
      ...entity,
      spec: { ...entity.spec, lifecycle },
    });
    const warned = await processor.postProcessEntity(
      inLifecycle('experimental'),
      location,
      emit,
    );
    expect(warned).toMatchObject({
      status: {
        items: [
          entity.status.items[0],
          { level: 'warning', type: 'four-keys.dev/invalid-value' },
          { level: 'warning', type: 'four-keys.dev/missing-annotation' },
        ],
      },
    });
    expect(emit).not.toHaveBeenCalled();
    await processor.postProcessEntity(
      inLifecycle('production'),
      location,
      emit,
    );
    expect(emit.mock.calls[0][0].error.message.split('\n')).toEqual([
      expect.stringMatching(/^component:default\/a: four-keys.dev\/risk is/),
      expect.stringMatching(/^Warning: .* four-keys.dev\/slo is missing/),
    ]);
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
    expect(() => processorFor({ mode: { production: true } })).toThrow(
      'fourKeys.catalog.mode.production is true, it must be one of',
    );
    expect(() =>
      processorFor({ rules: [{ require: ['slo'], mode: 'strict' }] }),
    ).toThrow('fourKeys.catalog.rules[0].mode is "strict"');
    expect(() => processorFor({ rules: [{ require: ['run-time'] }] })).toThrow(
      /fourKeys.catalog.rules cannot be used.*did you mean four-keys.dev\/runtime/,
    );
    expect(() => processorFor({ deployTypes: [] })).toThrow(
      'fourKeys.catalog.deployTypes is empty',
    );
  });
});
