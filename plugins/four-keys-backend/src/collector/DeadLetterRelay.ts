import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  SideRecord,
  SideWriter,
} from '@four-keys/backstage-plugin-four-keys-node';
import type { Knex } from 'knex';
import {
  listUnforwarded,
  markForwarded,
  type UnforwardedLetter,
} from './deadLetters';
import { Loop } from './Loop';

export interface DeadLetterRelayOptions {
  readonly knex: Knex;
  readonly writer: SideWriter;
  /** The topic in which records of this transport are. */
  readonly source: { readonly transport: string; readonly topic?: string };
  readonly logger: LoggerService;
  readonly clock: () => number;
}

/** Few, for each may be as large as the broker takes. */
const AT_A_TIME = 50;

/**
 * Writes dead letters to their topic, in the order in which they came, at
 * least once. The table is the truth: while the topic takes nothing they wait
 * there.
 */
export class DeadLetterRelay extends Loop {
  constructor(options: DeadLetterRelayOptions) {
    super({
      ...options,
      round: () => relaySome(options),
      failed: 'Dead letters wait in the database until their topic takes them',
    });
  }
}

async function relaySome(options: DeadLetterRelayOptions): Promise<number> {
  const { knex, clock } = options;
  return knex.transaction(async tx => {
    const letters = await listUnforwarded(tx, AT_A_TIME);
    await write(options, letters);
    await markForwarded(
      tx,
      letters.map(({ id }) => id),
      new Date(clock()),
    );
    return letters.length;
  });
}

async function write(
  options: DeadLetterRelayOptions,
  letters: readonly UnforwardedLetter[],
): Promise<void> {
  const { writer, source, logger } = options;
  try {
    await writer.append(letters.map(letter => toRecord(letter, source)));
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    // One that the topic never takes must not hold up the rest.
    if (letters.length > 1) {
      for (const letter of letters) {
        await write(options, [letter]);
      }
      return;
    }
    const [letter] = letters;
    logger.warn(
      `Dead letter ${letter.id} is in ${writer.topic} without its bytes, which are in the database: ${error.message}`,
    );
    const { key, headers } = toRecord(letter, source);
    await writer.append([
      {
        key,
        value: null,
        headers: { ...headers, 'dlq-omitted': 'too_large' },
      },
    ]);
  }
}

function toRecord(
  letter: UnforwardedLetter,
  source: DeadLetterRelayOptions['source'],
): SideRecord {
  const told = {
    'dlq-id': letter.id,
    'dlq-reason': letter.code,
    'dlq-message': letter.message,
    'dlq-stage': letter.stage,
    'dlq-field': letter.field,
    'dlq-source-transport': letter.transport,
    'dlq-source-topic':
      letter.transport === source.transport ? source.topic : undefined,
    'dlq-source-partition': String(letter.partition),
    'dlq-source-offset': letter.position,
    'dlq-source-time': letter.received_at.toISOString(),
  };
  return {
    key: letter.record_key ?? letter.id,
    value: letter.payload,
    headers: {
      ...letter.headers,
      ...Object.fromEntries(
        Object.entries(told).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        ),
      ),
    },
  };
}
