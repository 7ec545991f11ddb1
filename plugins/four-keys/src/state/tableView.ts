import {
  EVIDENCE_PARTS,
  METRIC_NAMES,
  type EvidencePart,
  type MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { TableSortKey } from '../api';
import type { ScopeChoice } from './pageState';
import { parseSpan } from './window';

/** What the rows of the table can be. */
export const TABLE_DIMENSIONS = [
  'service',
  'team',
  'system',
  'domain',
  'template',
] as const;

export type TableDimension = (typeof TABLE_DIMENSIONS)[number];

/**
 * What the rows of a scope can be. Within one thing these are services: the
 * rows behind the numbers of another group could not be asked for.
 */
export function dimensionsOf(scope: ScopeChoice): readonly TableDimension[] {
  if (scope.kind === 'all') {
    return TABLE_DIMENSIONS;
  }
  return scope.kind === 'mine' ? ['service', 'team'] : ['service'];
}

/** How many rows a page of the table has. */
export const PAGE_SIZES = [25, 50, 100] as const;

const SORT_KEYS: readonly TableSortKey[] = [
  'key',
  'deploymentFrequency',
  'leadTime',
  'changeFailureRate',
  'timeToRestore',
  'lastDeploymentAt',
];

/** What the overview shows beyond what every page does; the URL holds it too. */
export interface TableView {
  readonly by: TableDimension;
  readonly sort: TableSortKey;
  readonly order: 'asc' | 'desc';
  /** How many rows a page has. */
  readonly rows: (typeof PAGE_SIZES)[number];
  /** From 1. */
  readonly page: number;
  /** The row whose numbers are being explained. */
  readonly explain: string | null;
  /** The metric whose rows are shown. */
  readonly evidence: MetricName | null;
  /** The row of the table whose evidence it is; null: of the tiles. */
  readonly of: string | null;
  /** The part of the window whose evidence it is; null: the whole. */
  readonly span: string | null;
  /** Which rows of the evidence are shown. */
  readonly show: EvidencePart;
}

export const defaultTableView = (): TableView => ({
  by: 'service',
  sort: 'key',
  order: 'asc',
  rows: 25,
  page: 1,
  explain: null,
  evidence: null,
  of: null,
  span: null,
  show: 'all',
});

const oneOf = <T extends string | number>(
  choices: readonly T[],
  given: string | null,
  otherwise: T,
): T => choices.find(choice => String(choice) === given) ?? otherwise;

const pageOf = (given: string | null): number =>
  given !== null && /^[1-9]\d{0,5}$/.test(given) ? Number(given) : 1;

/** Reads a view from a query string; what cannot be understood is the default. */
export function parseTableView(query: URLSearchParams): TableView {
  const otherwise = defaultTableView();
  return {
    by: oneOf(TABLE_DIMENSIONS, query.get('by'), otherwise.by),
    sort: oneOf(SORT_KEYS, query.get('sort'), otherwise.sort),
    order: oneOf(['asc', 'desc'] as const, query.get('order'), otherwise.order),
    rows: oneOf(PAGE_SIZES, query.get('rows'), otherwise.rows),
    page: pageOf(query.get('page')),
    explain: query.get('explain') || null,
    evidence:
      METRIC_NAMES.find(name => name === query.get('evidence')) ??
      otherwise.evidence,
    of: query.get('of') || null,
    show: oneOf(EVIDENCE_PARTS, query.get('show'), otherwise.show),
    span: parseSpan(query.get('span')) ? query.get('span') : null,
  };
}

/**
 * Writes a view into a query string: only what differs from the default, and
 * without touching parameters of others.
 */
export function writeTableView(
  view: TableView,
  query: URLSearchParams = new URLSearchParams(),
): URLSearchParams {
  const next = new URLSearchParams(query);
  const otherwise = defaultTableView();
  const names = Object.keys(otherwise) as Array<keyof TableView>;
  names.forEach(name => next.delete(name));
  for (const name of names.filter(each => view[each] !== otherwise[each])) {
    next.set(name, String(view[name]));
  }
  return next;
}

/** What lies over the page, or turns its leaves, without asking another question. */
const SAME_ROWS: ReadonlyArray<keyof TableView> = [
  'explain',
  'page',
  'evidence',
  'of',
  'span',
  'show',
];

/** Changes a view; another question starts at its first page. */
export function changeTableView(
  view: TableView,
  change: Partial<TableView>,
): TableView {
  const sameRows = Object.keys(change).every(name =>
    SAME_ROWS.some(same => same === name),
  );
  return sameRows
    ? { ...view, ...change }
    : {
        ...view,
        page: 1,
        explain: null,
        evidence: null,
        of: null,
        span: null,
        show: 'all',
        ...change,
      };
}
