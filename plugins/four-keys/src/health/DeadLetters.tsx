import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { usePermission } from '@backstage/plugin-permission-react';
import { Button, Text } from '@backstage/ui';
import {
  fourKeysDeadLettersReadPermission,
  fourKeysDeadLettersReplayPermission,
  type DeadLetter,
  type PipelineHealth,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useState } from 'react';
import { fourKeysApiRef } from '../api';
import { ErrorPanel, LoadingBlocks, Note } from '../components';
import type { Formatter } from '../format';
import { useAnswer, useForgetAnswers } from '../state';
import styles from './Health.module.css';

const LIMIT = 50;

const Replay = ({ letter }: { letter: DeadLetter }) => {
  const api = useApi(fourKeysApiRef);
  const forgetAnswers = useForgetAnswers();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<Error>();
  const send = async () => {
    setSending(true);
    setError(undefined);
    try {
      await api.replayDeadLetter(letter.id);
      forgetAnswers();
    } catch (problem) {
      setError(toError(problem));
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      <Button
        size="small"
        variant="secondary"
        isPending={isSending}
        aria-label={`Replay dead letter ${letter.id}`}
        onPress={send}
      >
        Replay
      </Button>
      {error && (
        <ErrorPanel
          what={`Dead letter ${letter.id}`}
          happened="replayed"
          error={error}
          onRetry={send}
        />
      )}
    </>
  );
};

const Letter = ({
  letter,
  mayReplay,
  format,
}: {
  letter: DeadLetter;
  mayReplay: boolean;
  format: Formatter;
}) => (
  <li className={styles.letter}>
    <Text as="p" variant="body-medium" weight="bold">
      {letter.message}
    </Text>
    <Note>
      {[
        letter.code,
        letter.field && `field ${letter.field}`,
        letter.eventSource && `from ${letter.eventSource}`,
        format.instant(letter.receivedAt),
        letter.replayedAt && `replayed ${format.instant(letter.replayedAt)}`,
      ]
        .filter(Boolean)
        .join(' · ')}
    </Note>
    <details>
      <summary>What was sent</summary>
      <pre
        className={styles.payload}
        role="group"
        aria-label={`Bytes of dead letter ${letter.id}`}
      >
        {letter.payload || 'Nothing: the record was empty.'}
      </pre>
    </details>
    {mayReplay && letter.replayedAt === null && <Replay letter={letter} />}
  </li>
);

const Letters = ({ format }: { format: Formatter }) => {
  const { value, error, retry } = useAnswer(['dead letters'], (api, options) =>
    api.deadLetters({ limit: LIMIT }, options),
  );
  const { allowed: mayReplay } = usePermission({
    permission: fourKeysDeadLettersReplayPermission,
  });
  if (error) {
    return <ErrorPanel what="The dead letters" error={error} onRetry={retry} />;
  }
  if (!value) {
    return (
      <LoadingBlocks label="Loading the dead letters" count={2} height={96} />
    );
  }
  return (
    <ul className={styles.letters} aria-label="Dead letters">
      {value.rows.map(letter => (
        <Letter
          key={letter.id}
          letter={letter}
          mayReplay={mayReplay}
          format={format}
        />
      ))}
    </ul>
  );
};

/** What could not be stored, why, and a way to try again after the cause is mended. */
export const DeadLetters = ({
  reasons,
  format,
}: {
  reasons: PipelineHealth['deadLetterReasons'];
  format: Formatter;
}) => {
  const { allowed, loading } = usePermission({
    permission: fourKeysDeadLettersReadPermission,
  });
  return (
    <>
      {reasons.length === 0 ? (
        <Note>None waits: everything that was accepted could be stored.</Note>
      ) : (
        <ul className={styles.list}>
          {reasons.map(({ code, count, latestAt }) => (
            <li key={code}>
              {`${code}: ${format.number(
                count,
              )}, the latest on ${format.instant(latestAt)}`}
            </li>
          ))}
        </ul>
      )}
      {allowed && <Letters format={format} />}
      {!allowed && !loading && (
        <Note>
          What was sent is shown with the permission fourKeys.deadLetters.read.
        </Note>
      )}
    </>
  );
};
