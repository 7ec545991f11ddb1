import type { ServiceHistory } from './history';
import { sorted } from './order';

/** A holder holds from then until the next one does. @public */
export interface Holding {
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Null: nobody. */
  readonly holder: string | null;
}

/** What the catalog knows about a service over time. @public */
export interface CatalogService {
  readonly service: string;
  /** Whether its entity carries an annotation of an incident tool. */
  readonly incidentSource: boolean;
  readonly team: readonly Holding[];
  readonly system: readonly Holding[];
  readonly domain: readonly Holding[];
}

/** What a question is about. @public */
export type Scope =
  | { readonly by: 'fleet' }
  | { readonly by: 'service'; readonly service: string }
  | { readonly by: 'team' | 'system' | 'domain'; readonly holder: string }
  | {
      readonly by: 'template';
      readonly template: string;
      /** Null: any version. */
      readonly version: string | null;
    };

interface Interval {
  readonly holder: string | null;
  readonly from: number;
  readonly to: number;
}

/** "Before the first known holder: that one." */
function intervalsOf(holdings: readonly Holding[]): Interval[] {
  const inTime = sorted(holdings, (a, b) => a.from - b.from);
  const known = inTime.slice(inTime.findIndex(({ holder }) => holder !== null));
  return known.map(({ holder, from }, index) => ({
    holder,
    from: index === 0 ? -Infinity : from,
    to: known[index + 1]?.from ?? Infinity,
  }));
}

const holderAt = (holdings: readonly Holding[], time: number) =>
  intervalsOf(holdings).find(({ from, to }) => from <= time && time < to)
    ?.holder ?? null;

/**
 * Whether something of a service at a time belongs to the scope.
 *
 * "A team, system or domain holds what it held when the deployment finished or
 * the incident started".
 */
export function isHeld(
  scope: Scope,
  time: number,
  history: ServiceHistory,
  catalog: CatalogService | undefined,
): boolean {
  switch (scope.by) {
    case 'fleet':
      return true;
    case 'service':
      return history.service === scope.service;
    case 'template': {
      const template = history.lineage.at(time);
      return (
        template?.id === scope.template &&
        (scope.version === null || template.version === scope.version)
      );
    }
    default:
      return holderAt(catalog?.[scope.by] ?? [], time) === scope.holder;
  }
}

/**
 * "Unless a template is asked for, those it holds in the catalog in the
 * window."
 */
export function isHeldInCatalog(
  scope: Scope,
  window: { readonly from: number; readonly to: number },
  catalog: CatalogService,
): boolean {
  switch (scope.by) {
    case 'fleet':
      return true;
    case 'service':
      return catalog.service === scope.service;
    case 'template':
      return false;
    default:
      return intervalsOf(catalog[scope.by]).some(
        ({ holder, from, to }) =>
          holder === scope.holder &&
          Math.max(from, window.from) < Math.min(to, window.to),
      );
  }
}
