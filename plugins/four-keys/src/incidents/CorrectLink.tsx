import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { Button, Select, TextField } from '@backstage/ui';
import type {
  DeploymentRow,
  IncidentRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useState } from 'react';
import { fourKeysApiRef } from '../api';
import { Drawer, ErrorPanel, LoadingBlocks, Note } from '../components';
import type { Formatter } from '../format';
import { useAnswer, useForgetAnswers, type Answer } from '../state';
import { LINK_METHODS, sayDeployment } from '../words';
import styles from './CorrectLink.module.css';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A deployment may hurt long after it; and clocks of two tools differ. */
const LOOK_BACK_MS = 30 * DAY_MS;
const LOOK_AHEAD_MS = DAY_MS;

const NONE = 'none';

/** The deployments that an incident may be blamed on, the latest first. */
function useCandidates(incident: IncidentRow): Answer<DeploymentRow[]> {
  return useAnswer(
    ['candidates', incident.service, incident.incidentId],
    async (api, options) => {
      const start = incident.start ? Date.parse(incident.start) : Date.now();
      const { rows } = await api.deployments(
        {
          scope: {
            service: incident.service,
            environment: incident.environment,
          },
          from: new Date(start - LOOK_BACK_MS).toISOString(),
          to: new Date(start + LOOK_AHEAD_MS).toISOString(),
          timezone: 'UTC',
          bucket: 'day',
        },
        { limit: 200 },
        options,
      );
      return rows.filter(row => row.status === 'success');
    },
  );
}

const keyOf = ({ environment, id }: DeploymentRow) =>
  JSON.stringify([environment, id]);

const Form = ({
  incident,
  candidates,
  format,
  onClose,
}: {
  incident: IncidentRow;
  candidates: readonly DeploymentRow[];
  format: Formatter;
  onClose: (said?: string) => void;
}) => {
  const api = useApi(fourKeysApiRef);
  const forgetAnswers = useForgetAnswers();
  const blamed = candidates.find(
    row =>
      row.id === incident.link.deploymentId &&
      row.environment === incident.link.environment,
  );
  const [chosen, setChosen] = useState(blamed ? keyOf(blamed) : NONE);
  const [reason, setReason] = useState('');
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Error>();

  const send = async () => {
    setSending(true);
    setError(undefined);
    const row = candidates.find(candidate => keyOf(candidate) === chosen);
    try {
      const { applied } = await api.correctLink(incident.incidentId, {
        service: incident.service,
        deploymentId: row?.id ?? null,
        ...(row && { environment: row.environment }),
        ...(reason.trim() && { reason: reason.trim() }),
      });
      forgetAnswers();
      onClose(
        `${incident.incidentId} is corrected; ${
          applied
            ? 'the numbers have it.'
            : 'the numbers will have it in a moment.'
        }`,
      );
    } catch (problem) {
      setError(toError(problem));
      setSending(false);
    }
  };

  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      <Select
        label="Which deployment caused it?"
        options={[
          { id: NONE, label: 'No deployment' },
          ...candidates.map(row => ({
            id: keyOf(row),
            label: `${sayDeployment(row.id)} · ${row.environment} · ${
              row.finishedAt ? format.instant(row.finishedAt) : ''
            }`,
          })),
        ]}
        value={chosen}
        onChange={key => setChosen(String(key ?? NONE))}
      />
      <TextField
        label="Why?"
        value={reason}
        onChange={setReason}
        maxLength={2000}
      />
      <Note>The reason stands beside the incident, with your name.</Note>
      {error && (
        <ErrorPanel
          what="The correction"
          happened="sent"
          error={error}
          onRetry={send}
        />
      )}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" isPending={isSending}>
          Correct
        </Button>
        <Button variant="secondary" onPress={() => onClose()}>
          Cancel
        </Button>
      </div>
    </form>
  );
};

/** Lets a person say which deployment an incident is blamed on. */
export const CorrectLink = ({
  incident,
  format,
  onClose,
}: {
  incident: IncidentRow;
  format: Formatter;
  /** What to say of it; undefined: nothing was changed. */
  onClose: (said?: string) => void;
}) => {
  const { value, error, retry } = useCandidates(incident);
  const { method, deploymentId } = incident.link;
  return (
    <Drawer
      title={`What caused ${incident.incidentId}?`}
      onClose={() => onClose()}
    >
      <Note>
        {`${incident.title ?? 'Incident'} of ${incident.service}${
          incident.start ? `, since ${format.instant(incident.start)}` : ''
        }. Blamed on ${
          deploymentId === null ? 'no deployment' : sayDeployment(deploymentId)
        } now (${LINK_METHODS[method].toLowerCase()}).`}
      </Note>
      {error && (
        <ErrorPanel what="The deployments" error={error} onRetry={retry} />
      )}
      {!error && !value && (
        <LoadingBlocks label="Loading the deployments" count={2} height={56} />
      )}
      {!error && value && (
        <Form
          incident={incident}
          candidates={value}
          format={format}
          onClose={onClose}
        />
      )}
    </Drawer>
  );
};
