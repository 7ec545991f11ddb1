import { useMemo } from 'react';
import { nameOfRef } from '../catalog';
import { EvidenceDrawer } from '../evidence';
import { parseSpan, type Page, type TableView } from '../state';
import { sayScope } from '../words';
import { Explanation } from './Explanation';
import { useRowQuestion } from './useRowQuestion';

/** What lies over the page: why a row is so, and the rows behind a number. */
export const Overlays = ({
  page,
  view,
  change,
}: {
  page: Page;
  view: TableView;
  change: (change: Partial<TableView>) => void;
}) => {
  const { format, state } = page;
  const row = view.evidence ? view.of : view.explain;
  const asked = useRowQuestion(page, view.by, row);
  const part = useMemo(
    () => ({ ...asked.question, ...parseSpan(view.span) }),
    [asked, view.span],
  );
  if (view.evidence) {
    return (
      <EvidenceDrawer
        metric={view.evidence}
        subject={row === null ? sayScope(state.scope) : nameOfRef(row)}
        question={part}
        format={format}
        onClose={() =>
          change({ evidence: null, of: null, span: null, show: 'all' })
        }
        show={view.show}
        onShow={show => change({ show })}
      />
    );
  }
  return row === null ? null : (
    <Explanation
      title={nameOfRef(row)}
      asked={asked}
      format={format}
      onEvidence={evidence => change({ evidence, of: row, explain: null })}
      onClose={() => change({ explain: null })}
    />
  );
};
