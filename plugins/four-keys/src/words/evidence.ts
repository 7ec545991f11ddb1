import type {
  EvidenceExclusion,
  EvidenceRow,
  EvidenceUrls,
  ExclusionReason,
  MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import { EXCLUDED } from './metrics';

const LEFT_OUT: Record<EvidenceExclusion, string> = {
  rollback_not_counted: 'a rollback, which no rate of failures counts',
  incident_source_unknown: 'nobody knows the incidents of this service',
  contents_unknown: 'it does not say which changes it contains',
  still_open: 'still open',
  external: 'caused outside, by no deployment',
  restart_or_scale: 'a restart or a change of scale, which delivers nothing',
  not_finished: 'cancelled, or still running',
  not_recovered: 'not recovered yet',
};

const REASONS: Record<ExclusionReason | EvidenceExclusion, string> = {
  ...EXCLUDED,
  ...LEFT_OUT,
};

/** `Left out: still open`; null for a row that counts. */
export const sayExclusion = ({
  excluded,
}: Pick<EvidenceRow, 'excluded'>): string | null =>
  excluded && `Left out: ${REASONS[excluded]}`;

const yesOrNo = (yes: string, no: string) => (value: number) =>
  value === 0 ? no : yes;

const duration = (value: number, format: Formatter) => format.duration(value);

const VALUES: Record<MetricName, (value: number, format: Formatter) => string> =
  {
    deploymentFrequency: () => 'Counts once',
    leadTime: duration,
    changeFailureRate: yesOrNo('Failed', 'Did not fail'),
    timeToRestore: duration,
    failedDeploymentRecoveryTime: duration,
    deploymentReworkRate: yesOrNo('Repairs an earlier one', 'No repair'),
    deploymentSuccessRate: yesOrNo('Succeeded', 'Failed'),
  };

/** What a row adds to its number: `4 h 12 min`, `Failed`. */
export function sayEvidenceValue(
  metric: MetricName,
  { value, details }: Pick<EvidenceRow, 'value' | 'details'>,
  format: Formatter,
): string | null {
  if (value === null) {
    return null;
  }
  const said = VALUES[metric](value, format);
  return details.lowerBound === true ? `At least ${said}` : said;
}

const KINDS: Record<EvidenceRow['kind'], string> = {
  deployment: 'Deployment',
  change: 'Change',
  incident: 'Incident',
};

const SHA_LENGTH = 10;

const shortSha = (sha: string) => sha.slice(0, SHA_LENGTH);

/** `Change 0123456789`, `Deployment d-42`, `Incident INC-7: Checkout is slow`. */
export function sayEvidenceName({ kind, id, details }: EvidenceRow): string {
  const name = kind === 'change' ? shortSha(id) : id;
  return typeof details.title === 'string' && details.title !== ''
    ? `${KINDS[kind]} ${name}: ${details.title}`
    : `${KINDS[kind]} ${name}`;
}

const FACTS: ReadonlyArray<
  readonly [
    name: string,
    say: (value: string, format: Formatter) => string | null,
  ]
> = [
  ['version', value => `version ${value}`],
  ['commitSha', value => `commit ${shortSha(value)}`],
  ['kind', value => (value === 'deploy' ? null : value)],
  ['deployment', value => `deployed with ${value}`],
  ['severity', value => `severity ${value}`],
  ['linkDeployment', value => `blamed on ${value}`],
  ['incidents', value => `blamed by ${value}`],
  ['undoneBy', value => `undone by ${value}`],
  [
    'members',
    (value, format) =>
      Number(value) > 1 ? format.count(Number(value), 'deployment') : null,
  ],
];

/** What else is known about a row, in the order in which people ask. */
export const sayEvidenceFacts = (
  { details }: Pick<EvidenceRow, 'details'>,
  format: Formatter,
): string[] =>
  FACTS.flatMap(([name, say]) => {
    const value = details[name] ?? null;
    return value === null || value === ''
      ? []
      : say(String(value), format) ?? [];
  });

const LINKS: ReadonlyArray<readonly [name: keyof EvidenceUrls, title: string]> =
  [
    ['commit', 'Commit'],
    ['pullRequest', 'Pull request'],
    ['pipeline', 'Pipeline'],
    ['incident', 'Incident'],
  ];

/** Where a row can be looked at; only web addresses, as events name them freely. */
export const linksOfEvidence = ({
  urls,
}: Pick<EvidenceRow, 'urls'>): Array<{ title: string; href: string }> =>
  LINKS.flatMap(([name, title]) => {
    const href = urls[name];
    return href && /^https?:\/\//i.test(href) ? [{ title, href }] : [];
  });
