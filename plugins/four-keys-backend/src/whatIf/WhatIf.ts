import type {
  MetricsAnswer,
  WhatIfAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { compileTiers, type DerivationSettings } from '../derivation';
import { deriveService } from '../derivation/deriveService';
import type { DerivedRows } from '../derivation/rows';
import {
  MetricsStore,
  type MetricsQuestion,
  type MetricsSettings,
} from '../metrics';
import { resolveQuestion } from '../metrics/question';
import { ScopeSql } from '../metrics/scope';
import { findAffected } from './affected';
import { DEFAULT_EXCLUDED_KINDS, excludeKinds } from './kinds';
import { Scratch } from './Scratch';
import { compareVerdicts, keepVerdicts, type Side } from './verdicts';

/** Rules in place of the configured ones; what is undefined stays. */
export interface ChangedRules {
  readonly environments?: DerivationSettings['environments'];
  readonly failureWindowMs?: number;
  /** Lower case; deployments of these kinds take part in nothing. */
  readonly excludedKinds?: readonly string[];
}

interface SideRules {
  readonly settings: MetricsSettings;
  readonly excludedKinds: readonly string[];
}

type Derived = ReadonlyMap<string, DerivedRows>;

/** Answers what the numbers were if the rules were others, and changes nothing. */
export class WhatIf {
  readonly #knex: Knex;
  readonly #settings: MetricsSettings;
  readonly #clock: () => number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: {
    readonly knex: Knex;
    readonly settings: MetricsSettings;
    readonly clock: () => number;
  }) {
    this.#knex = options.knex;
    this.#settings = options.settings;
    this.#clock = options.clock;
  }

  /**
   * Both sides are derived from the events of one moment, so that a
   * recomputation that is under way makes no difference between them.
   *
   * @throws Problem `invalid_parameter` when the scope is too large.
   */
  answer(
    question: MetricsQuestion & { readonly rules: ChangedRules },
  ): Promise<WhatIfAnswer> {
    // One at a time: the collector lives in the same process.
    const answer = this.#last.then(() => this.#answer(question));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #answer({
    rules,
    ...question
  }: MetricsQuestion & { rules: ChangedRules }): Promise<WhatIfAnswer> {
    const { excludedKinds = DEFAULT_EXCLUDED_KINDS, ...changed } = rules;
    const sides: Record<Side, SideRules> = {
      today: {
        settings: this.#settings,
        excludedKinds: DEFAULT_EXCLUDED_KINDS,
      },
      changed: { settings: { ...this.#settings, ...changed }, excludedKinds },
    };
    const scratch = await Scratch.create(this.#knex);
    try {
      const now = this.#clock();
      const derived = await derive(scratch, question, sides);
      const measure = (side: Side) =>
        measureSide(scratch, {
          side,
          rows: derived[side],
          settings: sides[side].settings,
          question,
          now,
        });
      return {
        today: await measure('today'),
        changed: await measure('changed'),
        ...(await scratch.write(compareVerdicts)),
      };
    } finally {
      await scratch.destroy();
    }
  }
}

async function derive(
  scratch: Scratch,
  question: MetricsQuestion,
  sides: Record<Side, SideRules>,
): Promise<Record<Side, Derived>> {
  return scratch.knex.transaction(
    async tx => {
      await excludeKinds(tx, DEFAULT_EXCLUDED_KINDS);
      const services = await findAffected(tx, question);
      const deriveSide = async ({ settings, excludedKinds }: SideRules) => {
        await excludeKinds(tx, excludedKinds);
        const rows = new Map<string, DerivedRows>();
        for (const service of services) {
          rows.set(service, (await deriveService(tx, service, settings)).rows);
        }
        return rows;
      };
      return {
        today: await deriveSide(sides.today),
        changed: await deriveSide(sides.changed),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

async function measureSide(
  scratch: Scratch,
  options: {
    readonly side: Side;
    readonly rows: Derived;
    readonly settings: MetricsSettings;
    readonly question: MetricsQuestion;
    readonly now: number;
  },
): Promise<MetricsAnswer> {
  const { side, rows, settings, question, now } = options;
  await scratch.fill(rows);
  const asked = resolveQuestion(question, compileTiers(settings), now);
  await scratch.write(tx =>
    keepVerdicts(tx, side, new ScopeSql(asked, settings)),
  );
  const store = new MetricsStore({
    knex: scratch.knex,
    settings,
    clock: () => now,
  });
  return store.answer(question);
}
