import {
  fourKeysEvidenceReadPermission,
  fourKeysMetricsReadPermission,
  type DeploymentDetail,
  type MetricsScope,
  type TemplateComparison,
  type TemplatesAnswer,
  type WhatIfAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { MetricsQuestion, MetricsStore } from '../metrics';
import type { ChangedRules, WhatIf } from '../whatIf';
import type { Authorizer, Caller, VisibleServices } from './Authorizer';

type ScopeFields = Exclude<keyof MetricsScope, symbol>;

/** What a caller asks: the scope apart, and not yet which services it may see. */
type Asked<Method extends keyof MetricsStore> = MetricsStore[Method] extends (
  question: infer Question,
) => unknown
  ? Omit<Question, ScopeFields | 'visibleServices'> & {
      readonly scope: MetricsScope;
    }
  : never;

type AskedWhatIf = Omit<MetricsQuestion, ScopeFields | 'visibleServices'> & {
  readonly scope: MetricsScope;
  readonly rules: ChangedRules;
};

/** A scope with its service as events name it, and as people see it. */
export interface ResolvedScope {
  /** Without an environment: every one. */
  readonly scope: Omit<MetricsScope, 'environment'> & { environment?: string };
  readonly shownScope: MetricsScope;
}

export interface AuthorizedMetricsOptions {
  readonly store: MetricsStore;
  readonly whatIf: WhatIf;
  readonly authorizer: Authorizer;
  /** Finds what a scope names. @throws when nothing does. */
  readonly resolveScope: (
    scope: MetricsScope,
    visible: VisibleServices,
  ) => Promise<ResolvedScope>;
}

type Permission =
  | typeof fourKeysMetricsReadPermission
  | typeof fourKeysEvidenceReadPermission;

/**
 * The metrics as a caller may see them: numbers pool only services that are
 * visible to it, and the answer says how many those are.
 */
export class AuthorizedMetrics {
  readonly #options: AuthorizedMetricsOptions;

  constructor(options: AuthorizedMetricsOptions) {
    this.#options = options;
  }

  async answer(caller: Caller, asked: Asked<'answer'>) {
    const { question, shownScope } = await this.#restrict(
      caller,
      fourKeysMetricsReadPermission,
      asked,
    );
    const answer = await this.#options.store.answer(question);
    return { ...answer, scope: shownScope };
  }

  async table(caller: Caller, asked: Asked<'table'>) {
    const { question, shownScope } = await this.#restrict(
      caller,
      fourKeysMetricsReadPermission,
      asked,
    );
    const answer = await this.#options.store.table(question);
    return { ...answer, scope: shownScope };
  }

  async evidence(caller: Caller, asked: Asked<'evidence'>) {
    const { question, shownScope } = await this.#restrict(
      caller,
      fourKeysEvidenceReadPermission,
      asked,
    );
    const answer = await this.#options.store.evidence(question);
    return { ...answer, scope: shownScope };
  }

  async deployments(caller: Caller, asked: Asked<'deployments'>) {
    const { question } = await this.#restrict(
      caller,
      fourKeysEvidenceReadPermission,
      asked,
    );
    return this.#options.store.deployments(question);
  }

  async incidents(caller: Caller, asked: Asked<'incidents'>) {
    const { question } = await this.#restrict(
      caller,
      fourKeysEvidenceReadPermission,
      asked,
    );
    return this.#options.store.incidents(question);
  }

  async changes(caller: Caller, asked: Asked<'changes'>) {
    const { question } = await this.#restrict(
      caller,
      fourKeysEvidenceReadPermission,
      asked,
    );
    return this.#options.store.changes(question);
  }

  /** One deployment and what belongs to it; undefined: there is none. */
  async deployment(
    caller: Caller,
    asked: {
      readonly scope: MetricsScope & { readonly service: string };
      readonly id: string;
    },
  ): Promise<DeploymentDetail | undefined> {
    const { question } = await this.#restrict(
      caller,
      fourKeysEvidenceReadPermission,
      asked,
    );
    const { service = asked.scope.service, id, visibleServices } = question;
    return this.#options.store.deployment({
      service,
      environment: asked.scope.environment,
      id,
      visibleServices,
    });
  }

  /** How templates are used, as far as the services are visible. */
  async templates(
    caller: Caller,
    asked: Asked<'templates'>,
  ): Promise<TemplatesAnswer> {
    const { question } = await this.#restrict(
      caller,
      fourKeysMetricsReadPermission,
      asked,
    );
    return this.#options.store.templates(question);
  }

  /** Two versions of a template, as far as their services are visible. */
  async compareTemplateVersions(
    caller: Caller,
    asked: Omit<Asked<'compareTemplateVersions'>, 'template'> & {
      readonly scope: MetricsScope & { readonly template: string };
    },
  ): Promise<TemplateComparison> {
    const { question } = await this.#restrict(
      caller,
      fourKeysMetricsReadPermission,
      asked,
    );
    const { template } = asked.scope;
    return this.#options.store.compareTemplateVersions({
      ...question,
      template,
    });
  }

  /** The numbers with other rules, beside those of today. */
  async whatIf(caller: Caller, asked: AskedWhatIf): Promise<WhatIfAnswer> {
    const { question, shownScope } = await this.#restrict(
      caller,
      fourKeysMetricsReadPermission,
      asked,
    );
    const answer = await this.#options.whatIf.answer(question);
    return {
      ...answer,
      today: { ...answer.today, scope: shownScope },
      changed: { ...answer.changed, scope: shownScope },
    };
  }

  async #restrict<Question extends { readonly scope: MetricsScope }>(
    caller: Caller,
    permission: Permission,
    { scope: asked, ...question }: Question,
  ) {
    const { authorizer, resolveScope } = this.#options;
    const visibleServices = await authorizer.visibleServices(
      caller,
      permission,
    );
    const { scope, shownScope } = await resolveScope(asked, visibleServices);
    const { service } = scope;
    if (
      service !== undefined &&
      visibleServices !== null &&
      !visibleServices.has(service)
    ) {
      throw await authorizer.deny(caller, permission.name, { service });
    }
    return { question: { ...question, ...scope, visibleServices }, shownScope };
  }
}
