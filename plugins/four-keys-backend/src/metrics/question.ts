import type {
  MetricDimension,
  MetricsScope,
  SeriesBucket,
} from '@four-keys/backstage-plugin-four-keys-common';
import { DEFAULT_TIER, type Place } from '../derivation';
import type { Tiers } from '../derivation/settings';

/**
 * What is asked. At most one of team, system, domain and template, of which a
 * service may be asked for; none of all: every service.
 *
 * @public
 */
export interface MetricsQuestion {
  readonly service?: string;
  /** One entity ref, or several with commas between. */
  readonly team?: string;
  readonly system?: string;
  readonly domain?: string;
  readonly template?: string;
  readonly templateVersion?: string;
  /** A tier, or one environment's name; default: the tier `production`. */
  readonly environment?: string;
  /** First moment of the window, in milliseconds since the epoch. */
  readonly from: number;
  /** First moment after the window; cut to now. */
  readonly to: number;
  /** IANA name; default UTC. */
  readonly timezone?: string;
  /** Default day. */
  readonly bucket?: SeriesBucket;
  /** The services that the asker may see; null or undefined: all. */
  readonly visibleServices?: ReadonlySet<string> | null;
}

/** A question with its place decided and its window cut to now. */
export interface ResolvedQuestion {
  readonly question: MetricsQuestion;
  readonly place: Place;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly timezone: string;
  readonly bucket: SeriesBucket;
  readonly scope: MetricsScope;
}

export function resolveQuestion(
  question: MetricsQuestion,
  tiers: Tiers,
  now: number,
): ResolvedQuestion {
  const { service, team, system, domain, template, templateVersion } = question;
  const named = { service, team, system, domain, template, templateVersion };
  return {
    question,
    place: tiers.placeOf(question.environment),
    from: question.from,
    to: Math.min(question.to, now),
    now,
    timezone: question.timezone ?? 'UTC',
    bucket: question.bucket ?? 'day',
    scope: {
      ...Object.fromEntries(
        Object.entries(named).filter(([, name]) => name !== undefined),
      ),
      environment: question.environment ?? DEFAULT_TIER,
    },
  };
}

/** What the rows of an answer are told apart by; undefined: there is one. */
export type Grouping = MetricDimension | undefined;
