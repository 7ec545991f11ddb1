import { useMemo, useState } from 'react';
import type { MetricsQuestion } from '../api';
import type { Formatter } from '../format';
import { nameOfState, questionOf, type PageState } from './pageState';
import { useFormatter } from './useFormatter';
import { useRevision } from './useMemory';

/** What a page shows and asks. */
export interface Page {
  readonly state: PageState;
  readonly change: (change: Partial<PageState>) => void;
  /**
   * What the state asks. It ends at the moment in which the state was chosen,
   * so that everything on the page answers the same question.
   */
  readonly question: MetricsQuestion;
  /** Names the question whenever it is asked: the beginning of the key of an answer. */
  readonly key: string;
  readonly format: Formatter;
}

/** The moment in which something was asked for; another thing, another moment. */
function useMoment(state: PageState, revision: number): number {
  const [moment, setMoment] = useState({ state, revision, now: Date.now() });
  if (moment.state === state && moment.revision === revision) {
    return moment.now;
  }
  const now = Date.now();
  setMoment({ state, revision, now });
  return now;
}

/** The page of a state. */
export function usePage({
  state,
  change,
  owned,
}: Pick<Page, 'state' | 'change'> & {
  /** The refs as which the viewer owns things, if the state asks for those. */
  readonly owned?: readonly string[];
}): Page {
  const format = useFormatter(state.timezone);
  const now = useMoment(state, useRevision());
  return useMemo(
    () => ({
      state,
      change,
      question: questionOf(state, { now, owned }),
      key: nameOfState(state),
      format,
    }),
    [state, change, owned, now, format],
  );
}
