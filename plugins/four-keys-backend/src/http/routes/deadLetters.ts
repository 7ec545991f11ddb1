import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  fourKeysDeadLettersReadPermission,
  fourKeysDeadLettersReplayPermission,
  parseInstant,
  type DeadLetterReplay,
  type DeadLetterSelection,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import {
  countSelection,
  lastDeadLetter,
  listDeadLetters,
  lockDeadLetter,
  lockSelection,
  markAllReplayed,
  markReplayed,
} from '../../collector';
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
        await ingest.appendAgain([
          {
            key: found.key ?? found.letter.eventSource ?? id,
            value: found.payload,
            headers: found.headers,
          },
        ]);
        return markReplayed(tx, id, new Date(clock()));
      });
      res.json(letter);
    },
  });
}

/** As many as are locked at a time, and appended with one call. */
const PART = 200;
/** A caller asks again for what is left. */
const ENOUGH_MS = 5_000;

/** @throws Problem naming the field. */
function readSelection(body: Record<string, unknown>): DeadLetterSelection {
  const selection: DeadLetterSelection = { ...body };
  const { ids, since, upTo } = selection;
  if (
    !ids &&
    [since, selection.code, selection.source].every(v => v === undefined)
  ) {
    throw invalidParameter(
      'ids',
      'and since, code and source are missing; say which dead letters to send again',
    );
  }
  const wrong = [...(ids ?? []), ...(upTo ? [upTo] : [])].find(id => !isId(id));
  if (wrong !== undefined) {
    throw invalidParameter(
      'ids',
      `holds ${JSON.stringify(wrong)}, which is no id of a dead letter`,
    );
  }
  const instant = since === undefined ? undefined : parseInstant(since);
  if (since !== undefined && instant === undefined) {
    throw invalidParameter(
      'since',
      `is ${JSON.stringify(since)}; write a time such as 2026-06-10T12:00:00Z`,
    );
  }
  return selection;
}

/** POST /dead-letters/replay */
export function replayDeadLetters(options: DeadLetterOptions): RequestHandler {
  const { knex, ingest, authorizer, auditor, clock } = options;
  return audited(auditor, 'dead-letters-replay', {
    meta: req => ({ selection: JSON.stringify(req.body) }),
    handler: async (req, res) => {
      await authorizer.require(
        callerOf(req),
        fourKeysDeadLettersReplayPermission,
      );
      const given = readSelection(req.body);
      const upTo = given.upTo ?? (await lastDeadLetter(knex));
      const selection = { ...given, upTo };
      const before = await countSelection(knex, selection);
      const deadline = clock() + ENOUGH_MS;
      let replayed = 0;
      let part: number;
      do {
        part = await knex.transaction(async tx => {
          // Locked while they are appended: two replays at once append once.
          const letters = await lockSelection(tx, selection, PART);
          await ingest.appendAgain(
            letters.map(({ id, key, eventSource, payload, headers }) => ({
              key: key ?? eventSource ?? id,
              value: payload,
              headers,
            })),
          );
          const ids = letters.map(({ id }) => id);
          await markAllReplayed(tx, ids, new Date(clock()));
          return ids.length;
        });
        replayed += part;
      } while (part > 0 && clock() < deadline);
      const answer: DeadLetterReplay = {
        replayed,
        alreadyReplayed: before.replayed,
        skipped: before.empty,
        upTo,
        remaining: (await countSelection(knex, selection)).waiting,
      };
      res.json(answer);
    },
  });
}
