import { Client } from 'pg';
import { BenchEvent } from './events';

/**
 * The yardstick: a consumer that writes one event per transaction, as a first
 * attempt would. It speaks to the same database, has its events in memory and
 * computes nothing, so it does far less than the pipeline it is compared with.
 *
 * @returns events per second.
 */
export async function measureNaiveConsumer(
  connectionString: string,
  events: readonly BenchEvent[],
): Promise<number> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(`
      create table naive_events (
        source text not null,
        id text not null,
        type text not null,
        time timestamptz not null,
        service text not null,
        data jsonb not null,
        primary key (source, id)
      );
      create index on naive_events (service, time);`);
    const begin = performance.now();
    for (const event of events) {
      await client.query('begin');
      await client.query(
        `insert into naive_events values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing`,
        [
          event.source,
          event.id,
          event.type,
          event.time,
          event.data.service_id,
          JSON.stringify(event.data),
        ],
      );
      await client.query('commit');
    }
    return events.length / ((performance.now() - begin) / 1000);
  } finally {
    await client.query('drop table if exists naive_events');
    await client.end();
  }
}
