import type { MetricsAnswer } from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import type { DerivationSettings } from '../derivation';
import { compileTiers } from '../derivation/settings';
import { answerQuestion } from './answer';
import type { BandYear } from './bands';
import {
  resolveQuestion,
  type MetricsQuestion,
  type ResolvedQuestion,
} from './question';
import { ScopeSql } from './scope';
import { Statements } from './statements';

/** What the metrics are told by the configuration. @public */
export interface MetricsSettings extends DerivationSettings {
  /** `all`: every service reports its incidents. */
  readonly incidentSource: 'all' | null;
  readonly bandYear: BandYear;
}

/**
 * Answers questions about the derived rows.
 *
 * @public
 */
export class MetricsStore {
  readonly #knex: Knex;
  readonly #settings: MetricsSettings;
  readonly #clock: () => number;

  constructor(options: {
    readonly knex: Knex;
    readonly settings: MetricsSettings;
    /** The present in milliseconds since the epoch. */
    readonly clock: () => number;
  }) {
    this.#knex = options.knex;
    this.#settings = options.settings;
    this.#clock = options.clock;
  }

  /**
   * Every metric of one scope and window.
   *
   * @throws InputError when the time zone is unknown
   */
  async answer(question: MetricsQuestion): Promise<MetricsAnswer> {
    const asked = this.#resolve(question);
    return this.#read(knex => answerQuestion(knex, asked, this.#settings));
  }

  /** The services of a question's scope, whoever may see them. */
  async scopeServices(question: MetricsQuestion): Promise<string[]> {
    const asked = this.#resolve(question);
    const scope = new ScopeSql(asked, this.#settings);
    return new Statements(this.#knex, scope).serviceNames();
  }

  #resolve(question: MetricsQuestion): ResolvedQuestion {
    return resolveQuestion(
      question,
      compileTiers(this.#settings),
      this.#clock(),
    );
  }

  /** Several statements that see one state of the database. */
  #read<T>(work: (knex: Knex) => Promise<T>): Promise<T> {
    return this.#knex.transaction(work, {
      isolationLevel: 'repeatable read',
      readOnly: true,
    });
  }
}
