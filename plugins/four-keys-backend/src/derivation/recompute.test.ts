import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import type { Knex } from 'knex';
import { runMigrations } from '../database';
import { storeEvents } from '../facts';
import {
  DEFAULT_ENVIRONMENTS,
  dirtyBacklog,
  markDirtyIfSettingsChanged,
  rebuild,
  recomputeDirty,
} from '.';

const settings = {
  environments: DEFAULT_ENVIRONMENTS,
  failureWindowMs: 24 * 60 * 60 * 1000,
};

let sequence = 0;

describe('deriving what is dirty', () => {
  let database: TestDatabase;
  let knex: Knex;

  const send = async (type: string, time: string, data: object) => {
    sequence += 1;
    const result = validateEvent({
      specversion: '1.0',
      id: `${sequence}`,
      source: 'ci',
      type: `dev.fourkeys.${type}`,
      time,
      data: { service_id: 'api', ...data },
    });
    if (!result.ok) {
      throw new Error(result.rejection.message);
    }
    const { event } = result;
    await knex.transaction(tx =>
      storeEvents(tx, [{ event, receivedAt: new Date('2026-06-30Z') }]),
    );
  };

  const deploy = (time: string, id: string, data: object = {}) =>
    send('deploy.completed', time, {
      deployment_id: id,
      environment: 'prod',
      status: 'success',
      ...data,
    });

  const failed = async () =>
    knex('deployments').where({ failed: true }).pluck<string[]>('id');

  const verify = async () =>
    (await rebuild({ knex, settings, verify: true })).differences;

  beforeEach(async () => {
    database = await createTestDatabase();
    knex = database.knex;
    await runMigrations(knex);
  }, 120_000);

  afterEach(async () => {
    await database?.drop();
  }, 60_000);

  it('touches only rows that changed', async () => {
    await deploy('2026-06-01T10:00:00Z', 'd1', { version: '1' });
    await deploy('2026-06-02T10:00:00Z', 'd2', { version: '2' });
    expect(await dirtyBacklog(knex)).toBe(1);
    expect(await recomputeDirty({ knex, settings })).toEqual({ services: 1 });
    expect(await dirtyBacklog(knex)).toBe(0);
    const versions = () =>
      knex('deployments')
        .select('id', knex.raw('xmin::text'))
        .orderBy('id')
        .then(rows => rows as Array<{ id: string; xmin: string }>);
    const before = await versions();

    await send('incident.opened', '2026-06-02T11:00:00Z', { incident_id: 'i' });
    await recomputeDirty({ knex, settings });
    const after = await versions();
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
    expect(await failed()).toEqual(['d2']);
  });

  it('reaches the service that an incident of another one blames, in either order', async () => {
    await send('incident.opened', '2026-06-01T12:00:00Z', {
      service_id: 'shop',
      incident_id: 'i',
      cause: { service_id: 'api', deployment_id: 'd1' },
    });
    await recomputeDirty({ knex, settings });
    expect(await knex('incidents').pluck('link_method')).toEqual(['unlinked']);

    await deploy('2026-06-01T10:00:00Z', 'd1');
    await recomputeDirty({ knex, settings });
    expect(await knex('incidents').pluck('link_method')).toEqual(['explicit']);
    expect(await failed()).toEqual(['d1']);

    await send('incident.resolved', '2026-06-01T13:00:00Z', {
      service_id: 'shop',
      incident_id: 'i',
    });
    await recomputeDirty({ knex, settings });
    expect(await knex('deployments').pluck('recovered_at')).toEqual([
      new Date('2026-06-01T13:00:00Z'),
    ]);
    expect(await verify()).toEqual([]);
  });

  it('gives the same with two workers at once, and with one that dies', async () => {
    for (let i = 0; i < 20; i += 1) {
      const service_id = `service-${i % 5}`;
      await deploy(`2026-06-01T10:00:${10 + i}Z`, `d${i}`, { service_id });
    }
    const dying = knex.transaction(async tx => {
      await recomputeDirty({ knex: tx, settings, maxServices: 1 });
      throw new Error('killed');
    });
    await expect(dying).rejects.toThrow('killed');
    expect(await dirtyBacklog(knex)).toBe(5);

    await Promise.all([1, 2, 3].map(() => recomputeDirty({ knex, settings })));
    await recomputeDirty({ knex, settings });
    expect(await dirtyBacklog(knex)).toBe(0);
    expect(await knex('deployments').count('*')).toEqual([{ count: '20' }]);
    expect(await verify()).toEqual([]);
  });

  it('finds and mends rows that are not what the claims say', async () => {
    await deploy('2026-06-01T10:00:00Z', 'd1');
    await recomputeDirty({ knex, settings });
    await knex('deployments').update({ version: 'tampered' });
    await knex('releases').delete();
    await knex('service_templates').insert({
      service: 'ghost',
      from_time: '-infinity',
      to_time: 'infinity',
      template: 't',
      fingerprint: '00000000-0000-0000-0000-000000000000',
    });
    expect(
      (await verify()).map(({ service, table, expected, stored }) => [
        service,
        table,
        expected !== null,
        stored !== null,
      ]),
    ).toEqual([
      ['api', 'deployments', true, true],
      ['api', 'releases', true, false],
      ['ghost', 'service_templates', false, true],
    ]);
    expect(await rebuild({ knex, settings })).toMatchObject({ services: 2 });
    expect(await verify()).toEqual([]);
  });

  it('takes for drift nothing that is only not derived yet', async () => {
    await deploy('2026-06-01T10:00:00Z', 'd1');
    await send('incident.opened', '2026-06-01T12:00:00Z', {
      service_id: 'shop',
      incident_id: 'i',
      cause: { service_id: 'api', deployment_id: 'd1' },
    });
    const found = () => rebuild({ knex, settings, verify: true });
    expect(await found()).toEqual({
      services: 2,
      pending: 2,
      differences: [],
    });
    await recomputeDirty({ knex, settings });
    expect(await found()).toEqual({
      services: 2,
      pending: 0,
      differences: [],
    });
  });

  it('derives everything anew when the settings change', async () => {
    await deploy('2026-06-01T10:00:00Z', 'd1', { environment: 'blue' });
    expect(await markDirtyIfSettingsChanged(knex, settings)).toBe(true);
    await recomputeDirty({ knex, settings });
    expect(await markDirtyIfSettingsChanged(knex, settings)).toBe(false);
    expect(await knex('deployments').pluck('tier')).toEqual([null]);

    const mapped = {
      ...settings,
      environments: [['blue', 'production']] as const,
    };
    expect(await markDirtyIfSettingsChanged(knex, mapped)).toBe(true);
    await recomputeDirty({ knex, settings: mapped });
    expect(await knex('deployments').pluck('tier')).toEqual(['production']);
  });
});
