import { DEFAULT_ANNOTATION_RULES } from '@four-keys/backstage-plugin-four-keys-common';
import { ConfigReader } from '@backstage/config';
import { DEFAULT_ENVIRONMENTS } from './derivation';
import { assertPostgres, readFourKeysConfig } from './config';
import knexFactory from 'knex';

const read = (fourKeys?: object) =>
  readFourKeysConfig(
    new ConfigReader(
      fourKeys === undefined ? {} : JSON.parse(JSON.stringify({ fourKeys })),
    ),
  );

describe('configuration', () => {
  it('has defaults for everything', () => {
    expect(read()).toEqual({
      environments: DEFAULT_ENVIRONMENTS,
      failureWindowMs: 86_400_000,
      incidentSource: null,
      bandYear: 2024,
      jiraIncidents: false,
      rawEventsDays: 90,
      typePrefix: 'dev.fourkeys',
      collector: {
        enabled: true,
        maxRecords: 1000,
        maxWaitMs: 200,
        stuckAfterMs: 60_000,
      },
      catalogRefreshMs: 30_000,
      silentAfterMs: 30 * 86_400_000,
      annotationRules: { ...DEFAULT_ANNOTATION_RULES, mode: undefined },
      initiatorKey: undefined,
    });
  });

  it('reads what is set, durations in any notation, tiers in their order', () => {
    expect(
      read({
        environments: [
          { tier: 'Production', match: ['LIVE', 'eu-*'] },
          { tier: 'lab', match: '*' },
        ],
        metrics: {
          failureWindow: { hours: 2 },
          incidentSource: 'all',
          bandYear: '2021',
        },
        incidents: { jira: true },
        retention: { rawEvents: 'P30D' },
        events: { typePrefix: 'com.example' },
        collector: {
          enabled: false,
          maxRecords: 10,
          maxWait: '1s',
          stuckAfter: '2m',
        },
        enrichment: { catalogRefresh: '5m' },
        readiness: { silentAfter: 'P14D' },
        catalog: { mode: 'enforce', rules: [] },
        privacy: { initiatorKey: '0123456789abcdef' },
      }),
    ).toEqual({
      environments: [
        ['live', 'production'],
        ['eu-*', 'production'],
        ['*', 'lab'],
      ],
      failureWindowMs: 7_200_000,
      incidentSource: 'all',
      bandYear: 2021,
      jiraIncidents: true,
      rawEventsDays: 30,
      typePrefix: 'com.example',
      collector: {
        enabled: false,
        maxRecords: 10,
        maxWaitMs: 1000,
        stuckAfterMs: 120_000,
      },
      catalogRefreshMs: 300_000,
      silentAfterMs: 14 * 86_400_000,
      annotationRules: {
        ...DEFAULT_ANNOTATION_RULES,
        mode: 'enforce',
        rules: [],
      },
      initiatorKey: '0123456789abcdef',
    });
  });

  it.each([
    [{ environments: { production: ['p*'] } }, 'fourKeys.environments', 'list'],
    [
      { environments: [{ match: 'p*' }] },
      'fourKeys.environments[0].tier',
      'tier: production',
    ],
    [
      { environments: [{ tier: 'x', match: [''] }] },
      'fourKeys.environments[0].match',
      'globs',
    ],
    [
      { metrics: { failureWindow: 'soon' } },
      'fourKeys.metrics.failureWindow',
      "'24h'",
    ],
    [{ metrics: { bandYear: 2020 } }, 'fourKeys.metrics.bandYear', '2021'],
    [
      { metrics: { incidentSource: 'none' } },
      'fourKeys.metrics.incidentSource',
      'annotated, all',
    ],
    [
      { retention: { rawEvents: '1h' } },
      'fourKeys.retention.rawEvents',
      'outside of',
    ],
    [{ events: { typePrefix: 'A B' } }, 'fourKeys.events.typePrefix', 'com.'],
    [
      { collector: { maxRecords: 0 } },
      'fourKeys.collector.maxRecords',
      'from 1 to',
    ],
    [
      { collector: { enabled: 'maybe' } },
      'fourKeys.collector.enabled',
      'true, false',
    ],
    [
      { privacy: { initiatorKey: 'short' } },
      'fourKeys.privacy.initiatorKey',
      '16 characters',
    ],
  ])(
    'says of %j which key is wrong and what to write',
    (fourKeys, key, way) => {
      expect(() => read(fourKeys)).toThrow(key);
      expect(() => read(fourKeys)).toThrow(way);
    },
  );

  it('wants PostgreSQL and says which key to set', async () => {
    const sqlite = knexFactory({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    expect(() => assertPostgres(sqlite)).toThrow('backend.database.client');
    await sqlite.destroy();
  });
});
