import { mockServices } from '@backstage/backend-test-utils';
import { createTestDatabase } from '@four-keys/dev';
import { describeTransportContract } from '../../testing';
import { PostgresTransport } from './PostgresTransport';

describeTransportContract('postgres', async () => {
  const { knex, connectionString, drop } = await createTestDatabase();
  return {
    knex,
    open: () =>
      PostgresTransport.create({
        knex,
        connection: connectionString,
        logger: mockServices.logger.mock(),
        retention: { keepDays: 1 },
        // Long, so that a member that counts as frozen stays so.
        tuning: { leaseMs: 60_000, pollMs: 250 },
      }),
    freeze: async group => {
      await knex('four_keys_log_members')
        .where({ group_name: group })
        .update({ expires_at: knex.raw(`now() - interval '1 hour'`) });
    },
    breakAppends: async () => {
      await knex.raw(
        'ALTER TABLE four_keys_log ADD CONSTRAINT broken CHECK (false) NOT VALID',
      );
      return async () => {
        await knex.raw('ALTER TABLE four_keys_log DROP CONSTRAINT broken');
      };
    },
    close: drop,
  };
});
