import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { FourKeysAnnotationProcessor } from '@four-keys/backstage-plugin-catalog-backend-module-four-keys';
import { spreadOf, type Spread } from './statistics';

/** A large catalog passes through the processor in less. */
export const GOAL_CATALOG_MS = 2_000;

const ENTITIES = 10_000;
const ROUNDS = 7;

/** How long a whole catalog takes. */
export interface CatalogResult {
  readonly entities: number;
  /** Of them, those with something to mend. */
  readonly withProblems: number;
  /** Milliseconds of all entities together, by round. */
  readonly roundMs: Spread;
}

/** What every fourth entity has wrong; undefined: nothing. */
const FAULTS: ReadonlyArray<Record<string, string> | undefined> = [
  { 'four-keys.dev/deploy-type': 'kubernets' },
  undefined,
  { 'four-keys.dev/telemtery-key': 'acme/shop', 'four-keys.dev/slo': 'a b' },
  undefined,
];

/** A catalog with services, models, data sets and everything else; the same every time. */
export function benchEntities(count: number): Entity[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = ['Component', 'Component', 'API', 'MLModel', 'DataSet'][
      index % 5
    ];
    return {
      apiVersion: 'backstage.io/v1alpha1',
      kind,
      metadata: {
        name: `entity-${index}`,
        namespace: 'default',
        tags: ['bench', `t${index % 7}`],
        annotations: {
          'backstage.io/managed-by-location': `url:https://example.com/${index}/catalog-info.yaml`,
          'four-keys.dev/runtime': 'nodejs@22',
          'four-keys.dev/deploy-type': 'kubernetes',
          'four-keys.dev/compliance-level': 'moderate',
          'four-keys.dev/telemetry-key': 'acme/shop',
          'four-keys.dev/environments': 'staging,production',
          ...FAULTS[index % FAULTS.length],
        },
      },
      spec: {
        type: 'service',
        lifecycle: index % 3 === 0 ? 'production' : 'experimental',
        owner: `group:default/team-${index % 40}`,
      },
    };
  });
}

/** Sends a whole catalog through the processor, as the catalog does it: one by one. */
export async function measureCatalog(
  onProgress: (text: string) => void,
  count: number = ENTITIES,
): Promise<CatalogResult> {
  const entities = benchEntities(count);
  const processor = FourKeysAnnotationProcessor.fromConfig(
    new ConfigReader({
      fourKeys: {
        catalog: { mode: { default: 'warn', production: 'enforce' } },
      },
    }),
  );
  const location = { type: 'url', target: 'https://example.com' };
  const rounds: number[] = [];
  let withProblems = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    onProgress(`${round} of ${ROUNDS}`);
    withProblems = 0;
    const begin = performance.now();
    for (const entity of entities) {
      let refused = false;
      const processed = await processor.postProcessEntity(
        entity,
        location,
        () => {
          refused = true;
        },
      );
      withProblems += Number(refused || 'status' in processed);
    }
    rounds.push(performance.now() - begin);
  }
  return { entities: count, withProblems, roundMs: spreadOf(rounds) };
}
