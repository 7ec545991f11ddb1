import {
  coreServices,
  createBackendModule,
  type SchedulerService,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { AlphaEntity } from '@backstage/catalog-model/alpha';
import { ANNOTATION_LOCATION, type Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import {
  catalogProcessingExtensionPoint,
  type EntityProvider,
  type EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import type { JsonObject } from '@backstage/types';
import catalogModuleFourKeys from '.';

jest.setTimeout(60_000);

/** A provider whose entities a test may replace while the catalog runs. */
class TestProvider implements EntityProvider {
  #connection?: EntityProviderConnection;

  getProviderName() {
    return 'test';
  }

  async connect(connection: EntityProviderConnection) {
    this.#connection = connection;
  }

  async replace(entities: Entity[]) {
    await this.#connection!.applyMutation({
      type: 'full',
      entities: entities.map(entity => ({ entity, locationKey: 'test' })),
    });
  }
}

function service(name: string, annotations: Record<string, string>): Entity {
  const location = 'url:https://example.com/catalog-info.yaml';
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: {
        [ANNOTATION_LOCATION]: location,
        'backstage.io/managed-by-origin-location': location,
        ...annotations,
      },
    },
    spec: { type: 'service', lifecycle: 'production', owner: 'payments' },
  };
}

const complete = {
  'four-keys.dev/runtime': 'nodejs@22',
  'four-keys.dev/deploy-type': 'kubernetes',
  'four-keys.dev/compliance-level': 'moderate',
  'four-keys.dev/telemetry-key': 'acme/payments',
};

async function startCatalog(fourKeys: JsonObject) {
  const provider = new TestProvider();
  const logger = mockServices.rootLogger.mock({
    child: () => logger,
  });
  let scheduler: SchedulerService | undefined;
  const backend = await startTestBackend({
    features: [
      catalogPlugin,
      catalogModuleFourKeys,
      createBackendModule({
        pluginId: 'catalog',
        moduleId: 'test-provider',
        register(env) {
          env.registerInit({
            deps: {
              catalog: catalogProcessingExtensionPoint,
              ownScheduler: coreServices.scheduler,
            },
            async init({ catalog, ownScheduler }) {
              catalog.addEntityProvider(provider);
              scheduler = ownScheduler;
            },
          });
        },
      }),
      logger.factory,
      mockServices.rootConfig.factory({
        data: {
          fourKeys,
          catalog: { processingInterval: { milliseconds: 200 } },
        },
      }),
    ],
  });
  const base = `http://localhost:${backend.server.port()}/api/catalog`;
  const read = async (
    name: string,
    kind = 'component',
  ): Promise<AlphaEntity | undefined> => {
    const response = await fetch(
      `${base}/entities/by-name/${kind}/default/${name}`,
    );
    return response.ok ? response.json() : undefined;
  };
  /** What is logged about service ids when the hour has come. */
  const sharedIds = async () => {
    logger.warn.mockClear();
    await scheduler?.triggerTask('four-keys-shared-service-ids');
    return logger.warn.mock.calls
      .map(([message]) => message)
      .filter(message => message.includes('an id of its own'));
  };
  return { provider, read, sharedIds, stop: () => backend.stop() };
}

async function eventually<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const value = await read();
    if (holds(value)) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`Still ${JSON.stringify(value)}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

describe('the catalog with the Four Keys module', () => {
  it('warns in the status of the entity, by default, and takes the warning back once mended', async () => {
    const { provider, read, stop } = await startCatalog({});
    try {
      await provider.replace([
        service('payments-api', {
          ...complete,
          'four-keys.dev/runtime': 'Node 22',
          'four-keys.dev/serviceid': 'pay',
        }),
        service('tidy', complete),
      ]);
      const warned = await eventually(
        () => read('payments-api'),
        entity => entity !== undefined,
      );
      expect(warned?.status?.items).toEqual([
        {
          type: 'four-keys.dev/invalid-value',
          level: 'warning',
          message: expect.stringMatching(
            /^component:default\/payments-api: four-keys.dev\/runtime is "Node 22", expected .*annotations.md#runtime$/,
          ),
        },
        {
          type: 'four-keys.dev/unknown-annotation',
          level: 'warning',
          message: expect.stringContaining(
            'Did you mean four-keys.dev/service-id?',
          ),
        },
      ]);
      const tidy = await eventually(
        () => read('tidy'),
        entity => entity !== undefined,
      );
      expect(tidy).not.toHaveProperty('status');

      await provider.replace([service('payments-api', complete)]);
      await eventually(
        () => read('payments-api'),
        entity => entity !== undefined && entity.status === undefined,
      );
    } finally {
      await stop();
    }
  });

  it('enforces when told to: one error with every problem, the last good version stays', async () => {
    const { provider, read, stop } = await startCatalog({
      catalog: { mode: 'enforce' },
    });
    try {
      await provider.replace([service('payments-api', complete)]);
      await eventually(
        () => read('payments-api'),
        entity => entity !== undefined,
      );
      await provider.replace([
        service('payments-api', { 'four-keys.dev/risk': 'huge' }),
      ]);
      const frozen = await eventually(
        () => read('payments-api'),
        entity => (entity?.status?.items?.length ?? 0) > 0,
      );
      expect(frozen?.metadata.annotations).toMatchObject(complete);
      expect(frozen?.status?.items).toHaveLength(1);
      const [item] = frozen!.status!.items!;
      expect(item.level).toBe('error');
      expect(item.message.match(/four-keys.dev\/[a-z-]+ is/g)).toEqual([
        'four-keys.dev/risk is',
        'four-keys.dev/runtime is',
        'four-keys.dev/deploy-type is',
        'four-keys.dev/compliance-level is',
        'four-keys.dev/telemetry-key is',
      ]);
    } finally {
      await stop();
    }
  });

  it('knows models and data sets, with relations both ways and their own rules', async () => {
    const { provider, read, stop } = await startCatalog({});
    const ai = (kind: string, name: string, spec: JsonObject): Entity => ({
      ...service(name, {
        'four-keys.dev/training-data-classification': 'internal',
      }),
      apiVersion: 'four-keys.dev/v1alpha1',
      kind,
      spec: { owner: 'data', lifecycle: 'production', ...spec },
    });
    try {
      await provider.replace([
        ai('MLModel', 'fraud', {
          system: 'risk',
          dependsOn: ['payments-2025', 'resource:gpu'],
          providesApis: ['score'],
        }),
        ai('DataSet', 'payments-2025', { dependsOn: ['raw-payments'] }),
        ai('MLModel', 'nobodys', { owner: '' }),
        {
          ...service('score', {}),
          kind: 'API',
          spec: {
            type: 'openapi',
            lifecycle: 'production',
            owner: 'data',
            definition: '-',
          },
        },
      ]);
      const relations = async (kind: string, name: string) => {
        const entity = await eventually(
          () => read(name, kind),
          found => (found?.relations?.length ?? 0) > 1,
        );
        return entity?.relations
          ?.map(({ type, targetRef }) => `${type} ${targetRef}`)
          .sort();
      };
      expect(await relations('mlmodel', 'fraud')).toEqual([
        'dependsOn dataset:default/payments-2025',
        'dependsOn resource:default/gpu',
        'ownedBy group:default/data',
        'partOf system:default/risk',
        'providesApi api:default/score',
      ]);
      await eventually(
        () => relations('dataset', 'payments-2025'),
        found => found?.includes('dependencyOf mlmodel:default/fraud') ?? false,
      );
      expect(await relations('dataset', 'payments-2025')).toEqual([
        'dependencyOf mlmodel:default/fraud',
        'dependsOn dataset:default/raw-payments',
        'ownedBy group:default/data',
      ]);
      expect(await relations('api', 'score')).toContain(
        'apiProvidedBy mlmodel:default/fraud',
      );
      const model = await read('fraud', 'mlmodel');
      expect(model?.status?.items?.map(({ message }) => message)).toEqual([
        expect.stringContaining('model-version is missing'),
        expect.stringContaining('inference-endpoints is missing'),
        expect.stringContaining('model-review is missing'),
      ]);
      expect(await read('payments-2025', 'dataset')).not.toHaveProperty(
        'status',
      );
      expect(await read('nobodys', 'mlmodel')).toBeUndefined();
    } finally {
      await stop();
    }
  });

  it('says which service ids several entities have, once', async () => {
    const { provider, read, sharedIds, stop } = await startCatalog({});
    const services = [
      service('payments', complete),
      service('checkout', {
        ...complete,
        'four-keys.dev/service-id': 'payments',
      }),
      service('other', complete),
    ];
    try {
      await provider.replace(services);
      for (const { metadata } of services) {
        await eventually(
          () => read(metadata.name),
          entity => entity !== undefined,
        );
      }
      expect((await sharedIds()).sort()).toEqual([
        expect.stringMatching(
          /^component:default\/checkout: four-keys.dev\/service-id is "payments", expected an id of its own, but component:default\/payments has it too/,
        ),
        expect.stringMatching(/^component:default\/payments: /),
      ]);
      expect(await sharedIds()).toEqual([]);
    } finally {
      await stop();
    }
  });
});
