import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  validateAnnotations,
  validateEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { compute } from '@four-keys/model';
import { parseAllDocuments } from 'yaml';
import type { JsonEvent } from '../transport/client';
import { organisationEntities, organisationYaml } from './catalog';
import { DAY } from './calendar';
import { SERVICES } from './organisation';
import { simulate } from './simulate';

jest.setTimeout(60_000);

const at = (text: string) => Date.parse(text);
const dataOf = (event: JsonEvent) => event.data as Record<string, unknown>;
const timeOf = (event: JsonEvent) => at(String(event.time));

const UNTIL = at('2026-11-20T15:00:00Z');
const HALF_YEAR = simulate({ seed: 1, days: 180, until: UNTIL });

const ofKind = (kind: string) =>
  HALF_YEAR.filter(({ type }) => String(type).endsWith(kind));

const production = (service: string) =>
  ofKind('deploy.completed').filter(
    event =>
      dataOf(event).service_id === service &&
      String(dataOf(event).environment).startsWith('production'),
  );

const ask = (service: string) =>
  compute({
    now: new Date(UNTIL).toISOString(),
    events: HALF_YEAR.filter(event => dataOf(event).service_id === service),
    queries: [
      {
        service,
        from: new Date(UNTIL - 90 * DAY).toISOString(),
        to: new Date(UNTIL).toISOString(),
      },
    ],
  })[0].metrics;

describe('simulate', () => {
  it('tells events of the contract, in order, none after the end', () => {
    expect(HALF_YEAR.length).toBeGreaterThan(15_000);
    expect(HALF_YEAR.length).toBeLessThan(40_000);
    const problems = HALF_YEAR.map(event =>
      validateEvent(event, { now: UNTIL }),
    ).filter(({ ok }) => !ok);
    expect(problems).toEqual([]);
    const times = HALF_YEAR.map(timeOf);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(UNTIL);
    const identities = new Set(
      HALF_YEAR.map(({ source, id }) => `${source} ${id}`),
    );
    expect(identities.size).toBe(HALF_YEAR.length);
  });

  it('tells the same again, and a day later the same and a day more', () => {
    const text = (seed: number, days: number, until: number) =>
      simulate({ seed, days, until })
        .map(event => JSON.stringify(event))
        .join('\n');
    const yesterday = text(1, 60, UNTIL - DAY);
    const today = text(1, 61, UNTIL);
    const nextMonth = text(1, 90, UNTIL + 29 * DAY);
    expect(text(1, 61, UNTIL) === today).toBe(true);
    expect(today.startsWith(yesterday)).toBe(true);
    expect(today.length).toBeGreaterThan(yesterday.length);
    expect(nextMonth.startsWith(today)).toBe(true);
    expect(text(2, 61, UNTIL)).not.toBe(today);
  });

  it('has the habits, weekends and troubles of an organisation', () => {
    const weekend = ofKind('change.merged').filter(
      event => new Date(timeOf(event)).getUTCDay() % 6 === 0,
    );
    expect(weekend.length).toBeLessThan(ofKind('change.merged').length * 0.05);

    const store = ask('storefront-web');
    const train = ask('order-service');
    const legacy = ask('warehouse-legacy');
    expect(store.deploymentFrequency.value).toBeGreaterThan(2);
    expect(train.deploymentFrequency.value).toBeLessThan(1 / 4);
    expect(train.leadTime.p50).toBeGreaterThan(store.leadTime.p50! * 4);
    expect(legacy.changeFailureRate.value).toBeGreaterThan(0.3);
    expect(store.changeFailureRate.value).toBeLessThan(0.12);
    expect(store.timeToRestore.p50).toBeLessThan(legacy.timeToRestore.p50!);

    const search = production('search-api');
    const releases = new Set(search.map(event => dataOf(event).release_id));
    expect(search.length).toBeGreaterThan(releases.size * 1.8);

    expect(ofKind('incident.reopened').length).toBeGreaterThan(0);
    const kinds = ofKind('deploy.completed').map(event => dataOf(event).kind);
    expect(kinds.filter(kind => kind === 'rollback').length).toBeGreaterThan(5);
    expect(kinds.filter(kind => kind === 'hotfix').length).toBeGreaterThan(5);
  });

  it('rolls back to a version that ran before, also without saying so', () => {
    const answer = compute({
      now: new Date(UNTIL).toISOString(),
      events: HALF_YEAR.filter(
        event =>
          dataOf(event).environment !== 'staging' &&
          !String(event.type).includes('.build.'),
      ),
      queries: [
        {
          from: new Date(UNTIL - 180 * DAY).toISOString(),
          to: new Date(UNTIL).toISOString(),
        },
      ],
    })[0];
    const rollbacks = answer.deployments.filter(({ rollback }) => rollback);
    expect(rollbacks.length).toBeGreaterThan(10);
    expect(rollbacks.some(({ kind }) => kind === null)).toBe(true);
    expect(rollbacks.filter(({ undid }) => undid === null)).toEqual([]);
    expect(answer.incidents.some(({ link }) => link.method === 'window')).toBe(
      true,
    );
  });

  it('shares commits within the monorepo', () => {
    const shas = (service: string) =>
      new Set(
        ofKind('change.merged')
          .filter(event => dataOf(event).service_id === service)
          .map(event => dataOf(event).commit_sha),
      );
    const web = shas('tracking-web');
    const api = shas('tracking-api');
    const shared = [...web].filter(sha => api.has(sha));
    expect(shared.length).toBeGreaterThan(10);
    expect(shared.length).toBeLessThan(Math.min(web.size, api.size));
  });

  it('has one service gone silent, one unregistered and one with broken telemetry', () => {
    const silent = production('notification-hub').map(timeOf);
    expect(silent.length).toBeGreaterThan(30);
    expect(Math.max(...silent)).toBeLessThan(UNTIL - 42 * DAY);

    const registered = organisationEntities().map(({ metadata }) => metadata);
    const unregistered = new Set(
      HALF_YEAR.map(event => dataOf(event).service_id).filter(
        service => service && !registered.some(({ name }) => name === service),
      ),
    );
    expect([...unregistered]).toEqual(['feature-flags']);

    expect(production('data-export').length).toBeGreaterThan(20);
    expect(ask('data-export').leadTime.status).toBe('contents_unknown');
  });

  it('runs two templates in two versions each', () => {
    const runs = ofKind('scaffold.completed').map(dataOf);
    const versions = runs.map(
      run => `${run.template_id}@${run.template_version}`,
    );
    expect([...new Set(versions)].sort()).toEqual([
      'node-service@1.4.0',
      'node-service@2.0.0',
      'spring-boot-service@2.1.0',
      'spring-boot-service@3.0.0',
    ]);
    expect(runs.some(({ status }) => status === 'failure')).toBe(true);
    const loyalty = HALF_YEAR.filter(
      event => dataOf(event).service_id === 'loyalty-api',
    );
    expect(loyalty[0].type).toBe('dev.fourkeys.scaffold.started');
  });
});

describe('the catalog of the simulated organisation', () => {
  it('describes at least 14 services, 4 teams, 3 systems and 2 domains', () => {
    const count = (kind: string) =>
      organisationEntities().filter(one => one.kind === kind).length;
    expect(SERVICES.length).toBeGreaterThanOrEqual(14);
    expect(count('Component')).toBe(SERVICES.length - 1);
    expect(count('Group')).toBe(4);
    expect(count('System')).toBe(3);
    expect(count('Domain')).toBe(2);
  });

  it('has valid annotations throughout', () => {
    expect(
      organisationEntities().flatMap(entity => validateAnnotations(entity)),
    ).toEqual([]);
  });

  it('is what stands in examples/organisation.yaml', async () => {
    const path = resolve(__dirname, '../../../../examples/organisation.yaml');
    const text = await readFile(path, 'utf8');
    expect(text).toBe(organisationYaml());
    expect(parseAllDocuments(text).map(one => one.toJS())).toEqual(
      organisationEntities(),
    );
  });
});
