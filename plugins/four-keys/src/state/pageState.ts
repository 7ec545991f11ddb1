import type { MetricsScope } from '@four-keys/backstage-plugin-four-keys-common';
import type { MetricsQuestion } from '../api';
import { isTimezone, viewerTimezone } from '../format';
import { BUILT_IN_DEFAULTS, type PageDefaults } from './pageDefaults';
import {
  bucketFor,
  dayRangeOf,
  instantsOf,
  WINDOW_DAYS,
  type WindowChoice,
} from './window';

/** What a question can be narrowed to by a name. */
export const NAMED_SCOPES = [
  'team',
  'system',
  'domain',
  'service',
  'template',
] as const;

export type NamedScope = (typeof NAMED_SCOPES)[number];

/** Everything, what the viewer owns, or one thing by its name. */
export type ScopeChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'mine' }
  | { readonly kind: NamedScope; readonly name: string };

/** What every page is about. It lives in the URL and moves along between pages. */
export interface PageState {
  readonly scope: ScopeChoice;
  /** A tier, or one environment's name. */
  readonly environment: string;
  readonly window: WindowChoice;
  /** IANA name. */
  readonly timezone: string;
}

const PARAMETERS = [
  'scope',
  ...NAMED_SCOPES,
  'environment',
  'days',
  'from',
  'to',
  'timezone',
];

/**
 * Parameters that point into the rows of one answer. Another scope,
 * environment, window or time zone takes them out of the URL; a page that
 * keeps such a thing in its URL uses one of these names.
 */
export const POINTERS = [
  'page',
  'explain',
  'evidence',
  'of',
  'span',
  'open',
  'show',
];

export const defaultPageState = ({
  environment,
  days,
}: Pick<
  PageDefaults,
  'environment' | 'days'
> = BUILT_IN_DEFAULTS): PageState => ({
  scope: { kind: 'all' },
  environment,
  window: { days },
  timezone: viewerTimezone(),
});

function scopeOf(query: URLSearchParams): ScopeChoice {
  if (query.get('scope') === 'mine') {
    return { kind: 'mine' };
  }
  for (const kind of NAMED_SCOPES) {
    const name = query.get(kind)?.trim();
    if (name) {
      return { kind, name };
    }
  }
  return { kind: 'all' };
}

function windowOf(query: URLSearchParams, otherwise: WindowChoice) {
  const range = dayRangeOf(query.get('from'), query.get('to'));
  const days = WINDOW_DAYS.find(known => String(known) === query.get('days'));
  return range ?? (days === undefined ? otherwise : { days });
}

/** Reads a query string; what cannot be understood is the default. */
export function parsePageState(
  query: URLSearchParams,
  defaults?: PageDefaults,
): PageState {
  const otherwise = defaultPageState(defaults);
  const timezone = query.get('timezone');
  return {
    scope: scopeOf(query),
    environment: query.get('environment')?.trim() || otherwise.environment,
    window: windowOf(query, otherwise.window),
    timezone: timezone && isTimezone(timezone) ? timezone : otherwise.timezone,
  };
}

/** Whether a query string says anything about the state. */
export const saysPageState = (query: URLSearchParams): boolean =>
  PARAMETERS.some(name => query.has(name));

const isSameWindow = (one: WindowChoice, other: WindowChoice) =>
  'days' in one && 'days' in other && one.days === other.days;

function parametersOf(
  { scope, environment, window, timezone }: PageState,
  otherwise: PageState,
): Array<[name: string, value: string]> {
  const only = (condition: boolean, name: string, value: string) =>
    condition ? [[name, value] as [string, string]] : [];
  return [
    ...only(scope.kind === 'mine', 'scope', 'mine'),
    ...('name' in scope ? only(true, scope.kind, scope.name) : []),
    ...only(environment !== otherwise.environment, 'environment', environment),
    ...('days' in window
      ? only(
          !isSameWindow(window, otherwise.window),
          'days',
          String(window.days),
        )
      : [...only(true, 'from', window.from), ...only(true, 'to', window.to)]),
    ...only(timezone !== otherwise.timezone, 'timezone', timezone),
  ];
}

/**
 * Writes a state into a query string: only what differs from the default, and
 * without touching the parameters of others.
 */
export function writePageState(
  state: PageState,
  query: URLSearchParams = new URLSearchParams(),
  defaults?: PageDefaults,
): URLSearchParams {
  const next = new URLSearchParams(query);
  PARAMETERS.forEach(name => next.delete(name));
  parametersOf(state, defaultPageState(defaults)).forEach(([name, value]) =>
    next.set(name, value),
  );
  return next;
}

/** The same as text: two states that ask the same have the same. */
export const nameOfState = (state: PageState): string =>
  writePageState(state).toString();

/** `team` takes several refs: whoever owns as a member of some teams. */
const metricsScopeOf = (
  scope: ScopeChoice,
  owned: readonly string[],
): Omit<MetricsScope, 'environment'> => {
  if (scope.kind === 'mine') {
    return { team: owned.join(',') };
  }
  return 'name' in scope ? { [scope.kind]: scope.name } : {};
};

/** What a state asks the backend, at `now` in milliseconds since the epoch. */
export function questionOf(
  state: PageState,
  { now, owned = [] }: { now: number; owned?: readonly string[] },
): MetricsQuestion {
  const { environment, window, timezone } = state;
  return {
    scope: { ...metricsScopeOf(state.scope, owned), environment },
    ...instantsOf(window, { now, timezone }),
    timezone,
    bucket: bucketFor(window),
  };
}
