import { useApi } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type { MetricName } from '@four-keys/backstage-plugin-four-keys-common';
import { RiDownloadLine, RiLink } from '@remixicon/react';
import { useEffect, useRef, useState } from 'react';
import { fourKeysApiRef, type MetricsQuestion } from '../api';
import { Note } from '../components';
import { evidenceCsv } from './csv';
import styles from './Evidence.module.css';
import { readAllEvidence } from './useEvidence';

function save(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

type Outcome = 'none' | 'copied' | 'not-copied' | 'saved' | 'not-saved';

const OUTCOMES: Record<Outcome, string> = {
  none: '',
  copied: 'The link is in the clipboard.',
  'not-copied':
    'The browser gives no access to the clipboard; copy the address of this page.',
  saved: 'Saved as CSV.',
  'not-saved': 'Not every row could be read. Try again.',
};

/** Takes the evidence elsewhere: as a link, or as a file with every row. */
export const EvidenceActions = ({
  metric,
  question,
  name,
}: {
  metric: MetricName;
  question: MetricsQuestion;
  /** The file name of the download without its ending. */
  name: string;
}) => {
  const api = useApi(fourKeysApiRef);
  const [outcome, setOutcome] = useState<Outcome>('none');
  const [isReading, setReading] = useState(false);
  const reading = useRef<AbortController>();
  useEffect(() => () => reading.current?.abort(), []);

  const copy = () =>
    navigator.clipboard.writeText(window.location.href).then(
      () => setOutcome('copied'),
      () => setOutcome('not-copied'),
    );
  const download = async () => {
    const controller = new AbortController();
    reading.current = controller;
    setReading(true);
    try {
      const { signal } = controller;
      const rows = await readAllEvidence(api, metric, question, signal);
      save(`${name}.csv`, evidenceCsv(rows));
      setOutcome('saved');
    } catch {
      setOutcome('not-saved');
    } finally {
      setReading(false);
    }
  };
  return (
    <div className={styles.actions}>
      <Button
        size="small"
        variant="secondary"
        iconStart={<RiLink aria-hidden />}
        onPress={copy}
      >
        Copy link
      </Button>
      <Button
        size="small"
        variant="secondary"
        iconStart={<RiDownloadLine aria-hidden />}
        isPending={isReading}
        onPress={download}
      >
        Download CSV
      </Button>
      <div role="status">
        <Note as="span">{OUTCOMES[outcome]}</Note>
      </div>
    </div>
  );
};
