import {
  formatInstant,
  type AnnotationRules,
  type EntityReadiness,
  type ReadinessAnswer,
  type ReadinessProblemCode,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { nearNames } from '../nearNames';
import { pageOf } from '../paging';
import { readServiceResources } from '../permissions';
import { assess, teamsOf, totalsOf, type Assessed } from './assess';
import type { CatalogSnapshot } from './CatalogSnapshot';
import { unregistered } from './problems';
import { readLastDeployments } from './statements';
import type { Subject } from './subjects';

/** Which entities a question is about; what is not given holds everything. */
export interface ReadinessScope {
  /** A service id or an entity ref. */
  readonly service?: string | undefined;
  readonly team?: string | undefined;
  readonly system?: string | undefined;
  readonly domain?: string | undefined;
  /** In lower case. */
  readonly kind?: string | undefined;
}

export interface ReadinessQuestion extends ReadinessScope {
  /** Only rows with such a problem. */
  readonly problem?: ReadinessProblemCode | undefined;
  /** Only rows that are ready, or only those that are not. */
  readonly ready?: boolean | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Whether the caller may see it. */
  readonly isVisible: (row: Assessed) => boolean;
}

/** An answer, and what the scope could have named where it named nothing. */
export interface ReadinessResult {
  readonly answer: ReadinessAnswer;
  /** Names of the dimension that was asked, of what the caller may see. */
  readonly namesOf: (dimension: keyof ReadinessScope) => string[];
}

export interface ReadinessOptions {
  readonly knex: Knex;
  readonly snapshot: CatalogSnapshot<readonly Subject[]>;
  readonly rules: AnnotationRules;
  readonly silentAfterMs: number;
  readonly clock: () => number;
}

const NAMES: Readonly<
  Record<keyof ReadinessScope, (row: Assessed) => ReadonlyArray<string | null>>
> = {
  service: row => [row.service, row.entityRef],
  team: row => [row.owner],
  system: row => [row.system],
  domain: row => [row.domain],
  kind: row => [row.kind],
};

const DIMENSIONS = Object.keys(NAMES) as Array<keyof ReadinessScope>;

function isIn(scope: ReadinessScope): (row: Assessed) => boolean {
  return row =>
    DIMENSIONS.every(dimension => {
      const wanted = scope[dimension];
      return (
        wanted === undefined ||
        NAMES[dimension](row).some(
          name => name === wanted || name === wanted.toLowerCase(),
        )
      );
    });
}

function toRow({ domain, ...row }: Assessed): EntityReadiness {
  return row;
}

/** Says what is still to be mended before the numbers can be trusted. */
export class Readiness {
  readonly #options: ReadinessOptions;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /**
   * @throws InputError when the cursor is none of ours.
   * @throws ServiceUnavailableError when the catalog could never be read.
   */
  async read(question: ReadinessQuestion): Promise<ReadinessResult> {
    const { knex, snapshot, rules, silentAfterMs, clock } = this.#options;
    const [{ content: subjects, readAt, stale }, services, deployments] =
      await Promise.all([
        snapshot.read(),
        readServiceResources(knex),
        readLastDeployments(knex),
      ]);
    const { docsUrl } = rules;
    const now = clock();
    const all = assess({
      subjects,
      services,
      deployments,
      now,
      silentAfterMs,
      docsUrl,
    });
    const inScope = all.filter(isIn(question));
    const visible = inScope.filter(question.isVisible);
    const { problem, ready } = question;
    const wanted = visible.filter(
      row =>
        (ready === undefined || row.ready === ready) &&
        (problem === undefined ||
          row.problems.some(({ code }) => code === problem)),
    );
    const { rows, nextCursor } = pageOf(wanted, {
      keyOf: row => [-row.problems.length, row.entityRef ?? row.service ?? ''],
      limit: question.limit,
      cursor: question.cursor,
    });
    const namesOf = (dimension: keyof ReadinessScope) =>
      all
        .filter(question.isVisible)
        .flatMap(NAMES[dimension])
        .filter(name => name !== null);
    return {
      namesOf,
      answer: {
        asOf: formatInstant(readAt),
        stale,
        totals: totalsOf(visible),
        teams: teamsOf(visible),
        rows: rows.map(row =>
          toRow(row.entityRef === null ? this.#withNearest(row, all) : row),
        ),
        nextCursor,
        entities: { visible: visible.length, of: inScope.length },
      },
    };
  }

  /** Only for rows that are shown: names are compared with all others. */
  #withNearest(row: Assessed, all: readonly Assessed[]): Assessed {
    const service = row.service ?? row.title;
    const candidates = new Map(
      all
        .filter(({ entityRef }) => entityRef !== null)
        .map(one => [one.service ?? one.title, one.entityRef!]),
    );
    const [nearest] = nearNames(service, candidates.keys());
    return {
      ...row,
      problems: [
        unregistered(
          service,
          nearest && candidates.get(nearest),
          this.#options.rules.docsUrl,
        ),
      ],
    };
  }
}
