import { ANNOTATION_VIOLATION_CODES } from '../annotations';
import type { Visibility } from './metrics';

/** Everything that keeps an entity from being ready. @public */
export const READINESS_PROBLEM_CODES = [
  ...ANNOTATION_VIOLATION_CODES,
  'silent_environment',
  'no_deployments',
  'unregistered_service',
  'refused_by_catalog',
] as const;

/** @public */
export type ReadinessProblemCode = (typeof READINESS_PROBLEM_CODES)[number];

/** One thing to mend. @public */
export interface ReadinessProblem {
  code: ReadinessProblemCode;
  /** `error`: the catalog refuses the entity for it. */
  level: 'warning' | 'error';
  /** The whole key of the annotation that it is about; null: about none. */
  annotation: string | null;
  /** The environment that it is about; null: about none. */
  environment: string | null;
  /** What is there now; null: nothing. */
  value: string | null;
  /** What should be there, in words. */
  expected: string;
  /** What to do, a sentence. */
  remedy: string;
  /** Where it is explained. */
  docs: string;
  /** All of it in one line for people. */
  message: string;
}

/** How far an entity, or a service without one, is from being measured well. @public */
export interface EntityReadiness {
  /** Null: events name the service, and the catalog has no entity for it. */
  entityRef: string | null;
  /** The service as events name it; null: no event is expected of the entity. */
  service: string | null;
  title: string;
  /** In lower case; null: unregistered. */
  kind: string | null;
  type: string | null;
  lifecycle: string | null;
  /** Entity ref of the team; null: nobody. */
  owner: string | null;
  system: string | null;
  /** Nothing is to be mended. */
  ready: boolean;
  problems: ReadinessProblem[];
  /** When its last successful deployment anywhere finished, RFC 3339 UTC; null: never. */
  lastDeployedAt: string | null;
}

/** @public */
export interface ReadinessTotals {
  entities: number;
  ready: number;
  /** `ready` of `entities`, 0 to 1; null: there are none. */
  share: number | null;
  /** How many problems of each code there are; codes without one are left out. */
  problems: Partial<Record<ReadinessProblemCode, number>>;
}

/** @public */
export interface TeamReadiness extends ReadinessTotals {
  /** Entity ref; null: what nobody owns. */
  team: string | null;
}

/** The body of `GET /readiness`. @public */
export interface ReadinessAnswer {
  /** When the catalog was read that the answer is about, RFC 3339 UTC. */
  asOf: string;
  /** The catalog could not be read anew just now: the answer may be out of date. */
  stale: boolean;
  /** Over everything that was asked for; without a filter the whole fleet. */
  totals: ReadinessTotals;
  /** The same by team, the one with the most to mend first. */
  teams: TeamReadiness[];
  /** The entities with the most to mend first. */
  rows: EntityReadiness[];
  nextCursor: string | null;
  /** Of the entities that were asked for, how many the caller may see. */
  entities: Visibility;
}
