import { Card } from '@backstage/ui';
import type {
  DeploymentRow,
  IncidentRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useState, type KeyboardEvent } from 'react';
import type { MetricsQuestion } from '../api';
import { Mark, Note, ShapeIcon } from '../components';
import type { Formatter } from '../format';
import {
  DEPLOYMENT_OUTCOMES,
  sayDeployment,
  sayOutcome,
  timeOfDeployment,
} from '../words';
import styles from './Timeline.module.css';

interface TimelineProps {
  readonly question: MetricsQuestion;
  readonly deployments: readonly DeploymentRow[];
  readonly incidents: readonly IncidentRow[];
  readonly format: Formatter;
  readonly onOpen: (environment: string, id: string) => void;
}

/** Where an instant lies in the window, 0 to 1; what lies outside, at its edge. */
function positionIn({ from, to }: MetricsQuestion): (at: string) => number {
  const begin = Date.parse(from);
  const length = Date.parse(to) - begin;
  return at => Math.min(1, Math.max(0, (Date.parse(at) - begin) / length));
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

const keyOf = ({ environment, id }: DeploymentRow) =>
  JSON.stringify([environment, id]);

const KEYS: Record<string, (current: number, last: number) => number> = {
  ArrowRight: (current, last) => Math.min(last, current + 1),
  ArrowLeft: current => Math.max(0, current - 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** The marks of the deployments: one stop of the Tab key, the arrows go on. */
const Marks = ({
  rows,
  question,
  format,
  onOpen,
}: Pick<TimelineProps, 'question' | 'format' | 'onOpen'> & {
  readonly rows: ReadonlyArray<DeploymentRow & { readonly at: string }>;
}) => {
  const [current, setCurrent] = useState(rows.length - 1);
  const at = positionIn(question);
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = KEYS[event.key]?.(current, rows.length - 1);
    if (next !== undefined) {
      event.preventDefault();
      setCurrent(next);
      const marks = event.currentTarget.querySelectorAll('button');
      marks[next]?.focus();
    }
  };
  return (
    <div
      className={styles.lane}
      data-of="deployments"
      role="toolbar"
      aria-label="Deployments on the timeline"
      tabIndex={-1}
      onKeyDown={move}
    >
      {rows.map((row, index) => {
        const outcome = sayOutcome(row);
        const name = `${format.instant(row.at)}: ${sayDeployment(row.id)}, ${
          outcome.word
        }`;
        return (
          <button
            key={keyOf(row)}
            type="button"
            className={styles.mark}
            data-tone={outcome.tone}
            style={{ left: percent(at(row.at)) }}
            title={name}
            aria-label={name}
            tabIndex={index === Math.min(current, rows.length - 1) ? 0 : -1}
            onFocus={() => setCurrent(index)}
            onClick={() => onOpen(row.environment, row.id)}
          >
            <ShapeIcon shape={outcome.shape} tone={outcome.tone} />
          </button>
        );
      })}
    </div>
  );
};

const Incidents = ({
  rows,
  question,
  format,
}: Pick<TimelineProps, 'question' | 'format'> & {
  readonly rows: readonly IncidentRow[];
}) => {
  const at = positionIn(question);
  return (
    <div
      className={styles.lane}
      role="img"
      aria-label={`${format.count(rows.length, 'incident')} in the window`}
    >
      {rows
        .filter(row => row.start !== null)
        .map(row => {
          const left = at(row.start ?? question.from);
          const right = at(row.resolvedAt ?? question.to);
          return (
            <span
              key={row.incidentId}
              className={styles.incident}
              style={{ left: percent(left), width: percent(right - left) }}
              title={`${row.incidentId}: ${row.title ?? 'incident'}, ${
                row.duration === null ? 'open' : format.duration(row.duration)
              }`}
            />
          );
        })}
    </div>
  );
};

/** Deployments and incidents of a service on one axis; the table below says the same. */
export const Timeline = (props: TimelineProps) => {
  const { question, deployments, incidents, format, onOpen } = props;
  const told = deployments
    .flatMap(row => {
      const at = timeOfDeployment(row);
      return at === null ? [] : [{ ...row, at }];
    })
    .reverse();
  return (
    <Card className={styles.timeline}>
      <div className={styles.plot}>
        <span className={styles.label}>Deployments</span>
        {told.length > 0 ? (
          <Marks
            rows={told}
            question={question}
            format={format}
            onOpen={onOpen}
          />
        ) : (
          <div className={styles.lane} />
        )}
        <span className={styles.label}>Incidents</span>
        <Incidents rows={incidents} question={question} format={format} />
        <div className={styles.axis}>
          <span>{format.day(question.from)}</span>
          <span>{format.day(question.to)}</span>
        </div>
      </div>
      <ul className={styles.legend} aria-label="Legend">
        {DEPLOYMENT_OUTCOMES.map(({ word, shape, tone }) => (
          <li key={word}>
            <Mark shape={shape} tone={tone}>
              {word}
            </Mark>
          </li>
        ))}
        <li>
          <span className={`${styles.incident} ${styles.swatch}`} />
          Incident
        </li>
      </ul>
      <Note>
        {`Times in ${question.timezone}. A mark opens its deployment; the arrow keys go from one to the next.`}
      </Note>
    </Card>
  );
};
