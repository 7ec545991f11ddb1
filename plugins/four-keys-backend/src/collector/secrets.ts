import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';

/** The value that this installation keeps under a key; made once, whoever comes first. */
export async function readOrMakeSecret(
  knex: Knex,
  key: string,
): Promise<string> {
  await knex('settings')
    .insert({ key, value: randomBytes(32).toString('base64url') })
    .onConflict('key')
    .ignore();
  const row = await knex('settings')
    .where({ key })
    .first<{ value: string }>('value');
  return row.value;
}
