import type {
  TemplateComparisonRow,
  TemplateRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import {
  ErrorPanel,
  LoadingBlocks,
  Mark,
  Note,
  RowTable,
  Section,
  VisibleServices,
  type RowColumn,
  type Shape,
  type Tone,
} from '../components';
import type { Formatter } from '../format';
import { Choice } from '../page';
import { useAnswer, usePointers, type Page } from '../state';
import {
  COMPARED_WORDS,
  sayCertainty,
  sayDifference,
  sayEstimate,
  sayVerdict,
} from '../words';
import styles from './Templates.module.css';

const MARKS: Record<string, { shape: Shape; tone: Tone }> = {
  Better: { shape: 'disc', tone: 'good' },
  Worse: { shape: 'square', tone: 'bad' },
};

const UNDECIDED = { shape: 'ring', tone: 'neutral' } as const;

const columnsOf = (
  versions: { a: string; b: string },
  format: Formatter,
): Array<RowColumn<TemplateComparisonRow>> => [
  {
    id: 'metric',
    label: 'Number',
    isRowHeader: true,
    cell: ({ metric }) => COMPARED_WORDS[metric].title,
  },
  ...(['a', 'b'] as const).map(side => ({
    id: side,
    label: versions[side],
    cell: (row: TemplateComparisonRow) => (
      <>
        <div>{sayEstimate(row[side], row.unit, format)}</div>
        <Note as="span">{sayCertainty(row[side], row.unit, format)}</Note>
      </>
    ),
  })),
  {
    id: 'difference',
    label: `${versions.b} less ${versions.a}`,
    cell: row => {
      const said = sayVerdict(row);
      const difference = sayDifference(row, format);
      return (
        <>
          <Mark {...(MARKS[said] ?? UNDECIDED)}>{said}</Mark>
          {difference && <Note>{difference}</Note>}
        </>
      );
    },
  },
];

const Rows = ({
  page: { question, key, format },
  versions,
}: {
  page: Page;
  versions: { template: string; a: string; b: string };
}) => {
  const { value, error, isPending, retry } = useAnswer(
    ['comparison', key, versions],
    (api, options) => api.compareTemplates(versions, question, options),
  );
  const { a, b } = value ?? versions;
  const columns = useMemo(() => columnsOf({ a, b }, format), [a, b, format]);
  if (error) {
    return <ErrorPanel what="The comparison" error={error} onRetry={retry} />;
  }
  if (!value) {
    return (
      <LoadingBlocks label="Loading the comparison" count={1} height={320} />
    );
  }
  return (
    <>
      <VisibleServices services={value.services} format={format} />
      <RowTable
        label={`Versions ${a} and ${b} of ${value.template}`}
        columns={columns}
        rows={value.metrics}
        keyOf={({ metric }) => metric}
        format={format}
        minWidth="46rem"
        leastRowHeight={58}
        isStale={isPending}
      />
      <Note>
        Intervals hold with 95 % confidence. Versions are used by different
        services at different times, so a difference is no proof of a cause.
      </Note>
    </>
  );
};

const versionsOf = ({ versions }: TemplateRow) =>
  versions.flatMap(({ version }) => version ?? []);

/** Two versions side by side: never an arrow without its interval and its n. */
export const Comparison = ({
  page,
  templates,
}: {
  page: Page;
  templates: readonly TemplateRow[];
}) => {
  const { pointers, point } = usePointers(['compare', 'a', 'b']);
  const comparable = templates.filter(
    template => versionsOf(template).length > 1,
  );
  const chosen =
    comparable.find(({ template }) => template === pointers.compare) ??
    comparable[0];
  if (!chosen) {
    return (
      <Note>
        Two versions of a template are compared here once one has two.
      </Note>
    );
  }
  const known = versionsOf(chosen);
  const [newest, before] = known;
  const a = known.find(version => version === pointers.a) ?? before;
  const b = known.find(version => version === pointers.b) ?? newest;
  const options = known.map(id => ({ id, label: id }));
  return (
    <Section title="Two versions compared">
      <div className={styles.choices} role="group" aria-label="What to compare">
        <Choice
          label="Template"
          options={comparable.map(({ template: id }) => ({ id, label: id }))}
          value={chosen.template}
          onChange={compare => point({ compare, a: null, b: null })}
        />
        <Choice
          label="Version"
          options={options}
          value={a}
          onChange={version => point({ compare: chosen.template, a: version })}
        />
        <Choice
          label="With"
          options={options}
          value={b}
          onChange={version => point({ compare: chosen.template, b: version })}
        />
      </div>
      <Rows page={page} versions={{ template: chosen.template, a, b }} />
    </Section>
  );
};
