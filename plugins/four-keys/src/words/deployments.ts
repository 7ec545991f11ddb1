import type {
  BuildRow,
  DeploymentRow,
  LeadTimePart,
  LinkMethod,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Shape, Tone } from '../components/Mark';
import type { Formatter } from '../format';

/** How a deployment ended: in words, and as a shape with a colour. */
export interface OutcomeWords {
  readonly word: string;
  readonly shape: Shape;
  readonly tone: Tone;
}

const OUTCOMES = {
  succeeded: { word: 'Succeeded', shape: 'disc', tone: 'good' },
  failed: { word: 'Failed its users', shape: 'square', tone: 'bad' },
  rollback: { word: 'Rollback', shape: 'triangle', tone: 'warning' },
  pipeline: { word: 'Pipeline failed', shape: 'cross', tone: 'bad' },
  cancelled: { word: 'Cancelled', shape: 'ring', tone: 'neutral' },
  running: { word: 'Running', shape: 'ring', tone: 'neutral' },
  bystander: { word: 'Restart or scaling', shape: 'ring', tone: 'neutral' },
} as const satisfies Record<string, OutcomeWords>;

/** Every outcome, for a legend. */
export const DEPLOYMENT_OUTCOMES: readonly OutcomeWords[] = [
  OUTCOMES.succeeded,
  OUTCOMES.failed,
  OUTCOMES.rollback,
  OUTCOMES.pipeline,
];

/** How a deployment ended. */
export function sayOutcome(
  row: Pick<DeploymentRow, 'status' | 'kind' | 'rollback' | 'failed'>,
): OutcomeWords {
  if (row.kind === 'restart' || row.kind === 'scale') {
    return OUTCOMES.bystander;
  }
  switch (row.status) {
    case 'failure':
      return OUTCOMES.pipeline;
    case 'cancelled':
      return OUTCOMES.cancelled;
    case 'running':
      return OUTCOMES.running;
    default:
      if (row.rollback) {
        return OUTCOMES.rollback;
      }
      return row.failed ? OUTCOMES.failed : OUTCOMES.succeeded;
  }
}

/** `checkout-42`, or of a deployment that has only a run: `run 77/1`. */
export const sayDeployment = (id: string): string =>
  id.startsWith('run:') ? `run ${id.slice('run:'.length)}` : id;

/** When a deployment happened, as far as it is told. */
export const timeOfDeployment = (
  row: Pick<DeploymentRow, 'startedAt' | 'finishedAt'>,
): string | null => row.finishedAt ?? row.startedAt;

/** What happened to a deployment after it reached users; null: nothing. */
export function sayAftermath(
  row: DeploymentRow,
  format: Formatter,
): string | null {
  if (row.rollback && row.undid !== null) {
    return `Undid ${sayDeployment(row.undid)}`;
  }
  if (!row.failed) {
    return null;
  }
  const causes = [
    row.incidents > 0 ? format.count(row.incidents, 'incident') : null,
    row.undoneBy === null ? null : `undone by ${sayDeployment(row.undoneBy)}`,
  ].filter(cause => cause !== null);
  const recovery =
    row.recoveredAt === null || row.finishedAt === null
      ? 'not recovered yet'
      : `recovered after ${format.duration(
          Math.max(
            0,
            (Date.parse(row.recoveredAt) - Date.parse(row.finishedAt)) / 1000,
          ),
        )}`;
  return [...causes, recovery].join(', ');
}

/** What is in a deployment: `3 changes`, or that nobody knows. */
export function sayContents(row: DeploymentRow, format: Formatter): string {
  if (row.status !== 'success') {
    return '';
  }
  if (!row.contentsKnown) {
    return 'Contents unknown';
  }
  return row.changes === 0
    ? 'Nothing new'
    : format.count(row.changes, 'change');
}

const PARTS: Record<string, string> = {
  'committed opened': 'Coding',
  'committed reviewed': 'Coding to first review',
  'committed merged': 'Coding and review',
  'committed deployed': 'Commit to deployment',
  'opened reviewed': 'Waiting for review',
  'opened merged': 'Review',
  'opened deployed': 'Opening to deployment',
  'reviewed merged': 'Review',
  'reviewed deployed': 'Review to deployment',
  'merged deployed': 'Merge to deployment',
};

/** What happened in a part of a lead time: `Coding`, `Merge to deployment`. */
export const sayPart = ({
  from,
  to,
}: Pick<LeadTimePart, 'from' | 'to'>): string => PARTS[`${from} ${to}`];

/** `Build 77/1 succeeded after 8 min`. */
export function sayBuild(build: BuildRow, format: Formatter): string {
  const { status, startedAt, finishedAt } = build;
  const took =
    startedAt !== null && finishedAt !== null
      ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
      : null;
  const outcome =
    finishedAt === null ? 'running' : status ?? 'ended, nobody says how';
  return took === null || took < 0
    ? outcome
    : `${outcome} after ${format.duration(took)}`;
}

/** How the deployment was found that an incident is blamed on. */
export const LINK_METHODS: Record<LinkMethod, string> = {
  corrected: 'Corrected by a person',
  explicit: 'Named by the incident',
  window: 'Latest deployment before it',
  unlinked: 'No deployment is blamed',
};
