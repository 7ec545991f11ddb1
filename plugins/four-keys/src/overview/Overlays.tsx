import type { MetricsQuestion } from '../api';
import { nameOfRef } from '../catalog';
import { EvidenceDrawer } from '../evidence';
import { useFormatter, type View } from '../state';
import { Explanation } from './Explanation';
import { useRowQuestion } from './useQuestion';

/** What lies over the page: why a row is so, and the rows behind a number. */
export const Overlays = ({
  question,
  view,
  change,
}: {
  question: MetricsQuestion;
  view: View;
  change: (change: Partial<View>) => void;
}) => {
  const format = useFormatter(view.timezone);
  const row = view.evidence ? view.of : view.explain;
  const narrowed = useRowQuestion(question, view.by, row);
  if (view.evidence) {
    return (
      <EvidenceDrawer
        metric={view.evidence}
        subject={row === null ? 'everything' : nameOfRef(row)}
        question={narrowed}
        format={format}
        onClose={() => change({ evidence: null, of: null })}
      />
    );
  }
  return row === null ? null : (
    <Explanation
      title={nameOfRef(row)}
      question={narrowed}
      format={format}
      onEvidence={evidence => change({ evidence, of: row, explain: null })}
      onClose={() => change({ explain: null })}
    />
  );
};
