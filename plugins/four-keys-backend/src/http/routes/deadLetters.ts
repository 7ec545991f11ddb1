import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  fourKeysDeadLettersReadPermission,
  fourKeysDeadLettersReplayPermission,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import { listDeadLetters, lockDeadLetter, markReplayed } from '../../collector';
import { audited, type Authorizer } from '../../permissions';
import type { Ingest } from '../Ingest';
import { invalidParameter, Problem } from '../problems';
import { readPage } from '../query';
import { callerOf } from '../requestContext';

export interface DeadLetterOptions {
  readonly knex: Knex;
  readonly ingest: Ingest;
  readonly authorizer: Authorizer;
  readonly auditor: AuditorService;
  readonly clock: () => number;
}

/** Ids are PostgreSQL bigints. */
const isId = (text: string) =>
  /^[0-9]{1,19}$/.test(text) && BigInt(text) <= 9_223_372_036_854_775_807n;

/** GET /dead-letters */
export function getDeadLetters({
  knex,
  authorizer,
}: DeadLetterOptions): RequestHandler {
  return async (req, res) => {
    await authorizer.require(callerOf(req), fourKeysDeadLettersReadPermission);
    const { limit, cursor } = readPage(req.query);
    if (cursor !== undefined && !isId(cursor)) {
      throw invalidParameter('cursor', 'is no nextCursor of this list');
    }
    res.json(await listDeadLetters(knex, { limit, before: cursor }));
  };
}

/** POST /dead-letters/{id}/replay */
export function replayDeadLetter(options: DeadLetterOptions): RequestHandler {
  const { knex, ingest, authorizer, auditor, clock } = options;
  return audited(auditor, 'dead-letter-replay', {
    meta: req => ({ deadLetter: req.params.id }),
    handler: async (req, res) => {
      await authorizer.require(
        callerOf(req),
        fourKeysDeadLettersReplayPermission,
      );
      const { id } = req.params;
      const letter = await knex.transaction(async tx => {
        // Locked while it is appended: two replays at once append once.
        const found = isId(id) ? await lockDeadLetter(tx, id) : undefined;
        if (!found) {
          throw new Problem(
            'unknown_dead_letter',
            `There is no dead letter ${id}`,
          );
        }
        if (found.letter.replayedAt !== null) {
          return found.letter;
        }
        if (found.payload === null) {
          throw new Problem(
            'not_replayable',
            `Dead letter ${id} has no bytes: the producer wrote an empty record`,
          );
        }
        await ingest.appendAgain({
          key: found.key ?? found.letter.eventSource ?? id,
          value: found.payload,
          headers: found.headers,
        });
        return markReplayed(tx, id, new Date(clock()));
      });
      res.json(letter);
    },
  });
}
