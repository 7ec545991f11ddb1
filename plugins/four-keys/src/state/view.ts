import { isTimezone, viewerTimezone } from '../format';
import {
  METRIC_NAMES,
  type MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { TableSortKey } from '../api';
import { WINDOW_DAYS, type WindowDays } from './window';

/** What the rows of the table can be. */
export const TABLE_DIMENSIONS = [
  'service',
  'team',
  'system',
  'template',
] as const;

export type TableDimension = (typeof TABLE_DIMENSIONS)[number];

const SORT_KEYS: readonly TableSortKey[] = [
  'key',
  'deploymentFrequency',
  'leadTime',
  'changeFailureRate',
  'timeToRestore',
  'lastDeploymentAt',
];

/** Everything that the overview shows is decided by this, and this by the URL. */
export interface View {
  readonly environment: string;
  readonly days: WindowDays;
  readonly timezone: string;
  readonly by: TableDimension;
  readonly sort: TableSortKey;
  readonly order: 'asc' | 'desc';
  /** From 1. */
  readonly page: number;
  /** The row whose numbers are being explained. */
  readonly explain: string | null;
  /** The metric whose rows are shown. */
  readonly evidence: MetricName | null;
  /** The row of the table whose evidence it is; null: of the tiles. */
  readonly of: string | null;
}

export const defaultView = (): View => ({
  environment: 'production',
  days: 30,
  timezone: viewerTimezone(),
  by: 'service',
  sort: 'key',
  order: 'asc',
  page: 1,
  explain: null,
  evidence: null,
  of: null,
});

const oneOf = <T extends string | number>(
  choices: readonly T[],
  given: string | null,
  otherwise: T,
): T => choices.find(choice => String(choice) === given) ?? otherwise;

const pageOf = (given: string | null): number =>
  given !== null && /^[1-9]\d{0,5}$/.test(given) ? Number(given) : 1;

const timezoneOf = (given: string | null, otherwise: string): string =>
  given !== null && isTimezone(given) ? given : otherwise;

/** Reads a view from a query string; what cannot be understood is the default. */
export function parseView(query: URLSearchParams): View {
  const otherwise = defaultView();
  return {
    environment: query.get('environment')?.trim() || otherwise.environment,
    days: oneOf(WINDOW_DAYS, query.get('days'), otherwise.days),
    timezone: timezoneOf(query.get('timezone'), otherwise.timezone),
    by: oneOf(TABLE_DIMENSIONS, query.get('by'), otherwise.by),
    sort: oneOf(SORT_KEYS, query.get('sort'), otherwise.sort),
    order: oneOf(['asc', 'desc'] as const, query.get('order'), otherwise.order),
    page: pageOf(query.get('page')),
    explain: query.get('explain') || null,
    evidence:
      METRIC_NAMES.find(name => name === query.get('evidence')) ??
      otherwise.evidence,
    of: query.get('of') || null,
  };
}

/**
 * Writes a view into a query string: only what differs from the default, and
 * without touching parameters of others.
 */
export function writeView(
  view: View,
  query: URLSearchParams = new URLSearchParams(),
): URLSearchParams {
  const next = new URLSearchParams(query);
  const otherwise = defaultView();
  const names = Object.keys(otherwise) as Array<keyof View>;
  names.forEach(name => next.delete(name));
  for (const name of names.filter(each => view[each] !== otherwise[each])) {
    next.set(name, String(view[name]));
  }
  return next;
}

/** What lies over the page, or turns its leaves, without asking another question. */
const SAME_ROWS: ReadonlyArray<keyof View> = [
  'explain',
  'page',
  'evidence',
  'of',
];

/** Changes a view; another question starts at its first page. */
export function changeView(view: View, change: Partial<View>): View {
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
        ...change,
      };
}
