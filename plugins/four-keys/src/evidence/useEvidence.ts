import type {
  Evidence,
  EvidencePart,
  EvidenceRow,
  MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useEffect, useState } from 'react';
import type { FourKeysApi, MetricsQuestion } from '../api';
import { useAnswer } from '../state';

const PAGE_SIZE = 50;
const LARGEST_PAGE = 500;

/** The evidence as far as it has been read. */
export interface EvidenceSoFar {
  /** The first page, with what it says about all of them. */
  readonly first: Evidence | undefined;
  readonly rows: readonly EvidenceRow[];
  readonly isPending: boolean;
  readonly error: Error | undefined;
  readonly retry: () => void;
  /** Reads the next page; none: this is all. */
  readonly more: (() => void) | undefined;
}

/** Reads the rows behind a number page by page; memoise the question. */
export function useEvidence(
  metric: MetricName,
  question: MetricsQuestion,
  show: EvidencePart,
): EvidenceSoFar {
  const [cursor, setCursor] = useState<string>();
  const [pages, setPages] = useState<readonly Evidence[]>([]);
  const { value, error, isPending, retry } = useAnswer(
    // A list grows page by page, so an older page of it is of no use.
    ['evidence', metric, question, show, cursor],
    (api, options) =>
      api.evidence(
        metric,
        question,
        { rows: show, cursor, limit: PAGE_SIZE },
        options,
      ),
  );
  useEffect(() => {
    if (value) {
      setPages(known => (known.includes(value) ? known : [...known, value]));
    }
  }, [value]);
  const next = pages[pages.length - 1]?.nextCursor;
  return {
    first: pages[0],
    rows: pages.flatMap(page => page.rows),
    isPending,
    error,
    retry,
    more: next ? () => setCursor(next) : undefined,
  };
}

/** Every row behind a number, however many pages they fill. */
export async function readAllEvidence(
  api: FourKeysApi,
  metric: MetricName,
  question: MetricsQuestion,
  signal: AbortSignal,
): Promise<EvidenceRow[]> {
  const rows: EvidenceRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.evidence(
      metric,
      question,
      { cursor, limit: LARGEST_PAGE },
      { signal },
    );
    rows.push(...page.rows);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}
