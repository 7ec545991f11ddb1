import type {
  ChangeRow,
  DeploymentDetail,
  DeploymentRow,
  Evidence,
  IncidentRow,
  MetricsAnswer,
  MetricsTable,
  Page,
  TemplateComparison,
  TemplatesAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import type { DerivationSettings } from '../derivation';
import { compileTiers } from '../derivation/settings';
import { answerQuestion } from './answer';
import type { BandYear } from './bands';
import { findBuilds } from './builds';
import { compareVersions } from './comparison';
import { findEvidence, type EvidenceRequest } from './evidence';
import {
  listChanges,
  listDeployments,
  listIncidents,
  type DeploymentName,
} from './listings';
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
import { answerTemplates } from './templates';

/** Clocks of those who send events may be ahead; what is told is shown. */
const SKEW_MS = 24 * 60 * 60 * 1000;

const MOST_LISTED = 500;

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
    question: MetricsQuestion & EvidenceRequest,
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

  /**
   * One deployment with what was in it, what built it and what is blamed on
   * it; undefined: there is none of these names.
   */
  async deployment(
    name: DeploymentName & Pick<MetricsQuestion, 'visibleServices'>,
  ): Promise<DeploymentDetail | undefined> {
    const { service, environment, visibleServices } = name;
    const now = this.#clock();
    const tiers = compileTiers(this.#settings);
    const asked = {
      ...resolveQuestion(
        { service, environment, visibleServices, from: 0, to: now + SKEW_MS },
        tiers,
        now + SKEW_MS,
      ),
      // Of an environment that is called like a tier only itself is meant.
      place: { tier: tiers.tierOf(environment), environment },
    };
    const scope = new ScopeSql(asked, this.#settings);
    return this.#read(async knex => {
      const found = await listDeployments(knex, scope, { limit: 1 }, name);
      const [deployment] = found.rows;
      if (!deployment) {
        return undefined;
      }
      const page = { limit: MOST_LISTED };
      const changes = await listChanges(knex, scope, page, name);
      const incidents = await listIncidents(knex, scope, page, name);
      return {
        deployment,
        changes: changes.rows,
        builds: await findBuilds(knex, deployment),
        incidents: incidents.rows,
      };
    });
  }

  /** How templates are used, and what becomes of what they make. */
  async templates(question: MetricsQuestion): Promise<TemplatesAnswer> {
    const asked = this.#resolve(question);
    return this.#read(knex => answerTemplates(knex, asked, this.#settings));
  }

  /** Two versions of a template side by side. */
  async compareTemplateVersions(
    question: MetricsQuestion & {
      readonly template: string;
      readonly a: string;
      readonly b: string;
    },
  ): Promise<TemplateComparison> {
    const { template, a, b } = question;
    const asked = this.#resolve(question);
    const comparison = await this.#read(knex =>
      compareVersions(knex, asked, { a, b }, this.#settings),
    );
    return { template, ...comparison };
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
