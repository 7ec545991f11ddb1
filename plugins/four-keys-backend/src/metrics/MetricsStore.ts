import type {
  ChangeRow,
  DeploymentRow,
  Evidence,
  IncidentRow,
  MetricName,
  MetricsAnswer,
  MetricsTable,
  Page,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import type { DerivationSettings } from '../derivation';
import { compileTiers } from '../derivation/settings';
import { answerQuestion } from './answer';
import type { BandYear } from './bands';
import { findEvidence } from './evidence';
import { listChanges, listDeployments, listIncidents } from './listings';
import type { PageRequest } from './page';
import {
  resolveQuestion,
  type MetricsQuestion,
  type ResolvedQuestion,
} from './question';
import { EXACT_UP_TO_SERVICES } from './percentiles';
import { ScopeSql } from './scope';
import { Statements } from './statements';
import { findTable, type TableRequest } from './table';

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
  readonly #exactUpToServices: number;

  constructor(options: {
    readonly knex: Knex;
    readonly settings: MetricsSettings;
    /** The present in milliseconds since the epoch. */
    readonly clock: () => number;
    /**
     * Percentiles of an answer about more services than this are approximate;
     * default 100.
     */
    readonly exactUpToServices?: number;
  }) {
    this.#knex = options.knex;
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#exactUpToServices = options.exactUpToServices ?? EXACT_UP_TO_SERVICES;
  }

  /**
   * Every metric of one scope and window. Percentiles of many services are at
   * most 1 % off and say so; tables and evidence are exact.
   *
   * @throws InputError when the time zone is unknown
   */
  async answer(question: MetricsQuestion): Promise<MetricsAnswer> {
    const asked = this.#resolve(question);
    return this.#read(knex =>
      answerQuestion(knex, asked, {
        ...this.#settings,
        exactUpToServices: this.#exactUpToServices,
      }),
    );
  }

  /**
   * Every metric, one row a service, team, system, domain, template, version
   * of a template, or environment of the tier asked for.
   */
  async table(question: MetricsQuestion & TableRequest): Promise<MetricsTable> {
    const asked = this.#resolve(question);
    return this.#read(knex => findTable(knex, asked, question, this.#settings));
  }

  /** The rows behind one metric, those left out among them, the latest first. */
  async evidence(
    question: MetricsQuestion & PageRequest & { readonly metric: MetricName },
  ): Promise<Evidence> {
    const asked = this.#resolve(question);
    return this.#read(knex =>
      findEvidence(knex, asked, question, this.#settings),
    );
  }

  /** Deployments of every status and kind, the latest first. */
  async deployments(
    question: MetricsQuestion & PageRequest,
  ): Promise<Page<DeploymentRow>> {
    return this.#list(question, listDeployments);
  }

  /** Incidents that were active in the window, the latest first. */
  async incidents(
    question: MetricsQuestion & PageRequest,
  ): Promise<Page<IncidentRow>> {
    return this.#list(question, listIncidents);
  }

  /** Changes that were deployed in the window, and those from it that still wait. */
  async changes(
    question: MetricsQuestion & PageRequest,
  ): Promise<Page<ChangeRow>> {
    return this.#list(question, listChanges);
  }

  /** The services of a question's scope, whoever may see them. */
  async scopeServices(question: MetricsQuestion): Promise<string[]> {
    const asked = this.#resolve(question);
    const scope = new ScopeSql(asked, this.#settings);
    return new Statements(this.#knex, scope).serviceNames();
  }

  #list<Row>(
    question: MetricsQuestion & PageRequest,
    list: (
      knex: Knex,
      scope: ScopeSql,
      page: PageRequest,
    ) => Promise<{ rows: Row[]; nextCursor: string | null }>,
  ): Promise<Page<Row>> {
    const scope = new ScopeSql(this.#resolve(question), this.#settings);
    return this.#read(async knex => {
      const page = await list(knex, scope, question);
      const [services] = await new Statements(knex, scope).services();
      return {
        ...page,
        services: {
          visible: services?.visible ?? 0,
          of: services?.services ?? 0,
        },
      };
    });
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
