import { ToggleButton, ToggleButtonGroup } from '@backstage/ui';
import {
  EVIDENCE_PARTS,
  type Evidence,
  type EvidencePart,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';

const LABELS: Record<EvidencePart, string> = {
  all: 'All',
  included: 'In it',
  excluded: 'Left out',
};

/** How many rows a part has. */
export const totalOf = (
  { totals: { included, excluded } }: Pick<Evidence, 'totals'>,
  part: EvidencePart,
): number => ({ all: included + excluded, included, excluded }[part]);

/** Which rows are shown: those in the number, those left out, or all. */
export const EvidenceFilter = ({
  show,
  onShow,
  totals,
  format,
}: {
  show: EvidencePart;
  onShow: (show: EvidencePart) => void;
  totals: Evidence['totals'];
  format: Formatter;
}) => (
  <ToggleButtonGroup
    aria-label="Which rows"
    selectionMode="single"
    disallowEmptySelection
    selectedKeys={[show]}
    onSelectionChange={([chosen]) => {
      const part = EVIDENCE_PARTS.find(known => known === chosen);
      if (part) {
        onShow(part);
      }
    }}
  >
    {EVIDENCE_PARTS.map(part => (
      <ToggleButton key={part} id={part} size="small">
        {`${LABELS[part]} (${format.number(totalOf({ totals }, part))})`}
      </ToggleButton>
    ))}
  </ToggleButtonGroup>
);
