import type {
  MetricsRow,
  TemplateRow,
  TemplateVersionRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import { Note, RowTable, type RowColumn } from '../components';
import type { Formatter } from '../format';
import { useAnswer, type Page } from '../state';
import { sayCertainty, sayEstimate, sayNullState, sayValue } from '../words';

type MetricsByVersion = ReadonlyMap<string, MetricsRow>;

/** The metrics of what each version made; undefined: on their way, or not to be had. */
export function useVersionMetrics({
  question,
  key,
}: Page): MetricsByVersion | undefined {
  const { value } = useAnswer(['template versions', key], (api, options) =>
    api.metricsBy(
      'template-version',
      question,
      { sort: 'key', order: 'asc', offset: 0, limit: 500 },
      options,
    ),
  );
  return useMemo(
    () => value && new Map(value.rows.map(row => [row.key, row])),
    [value],
  );
}

const NumberCell = ({ value, detail }: { value: string; detail: string }) => (
  <>
    <div>{value}</div>
    <Note as="span">{detail}</Note>
  </>
);

const DORA = [
  ['leadTime', 'Lead time'],
  ['changeFailureRate', 'Failure rate'],
] as const;

const columnsOf = (
  template: string,
  metrics: MetricsByVersion | undefined,
  format: Formatter,
): Array<RowColumn<TemplateVersionRow>> => [
  {
    id: 'version',
    label: 'Version',
    isRowHeader: true,
    cell: ({ version }) => version ?? 'Not named',
  },
  {
    id: 'runs',
    label: 'Runs',
    cell: ({ runs, successRate }) => (
      <NumberCell
        value={format.number(runs.count)}
        detail={
          runs.count === 0
            ? 'in this window'
            : `${sayEstimate(
                successRate,
                'ratio',
                format,
              )} succeed (${sayCertainty(successRate, 'ratio', format)})`
        }
      />
    ),
  },
  {
    id: 'duration',
    label: 'Duration (median)',
    cell: ({ duration }) => (
      <NumberCell
        value={sayEstimate(duration, 'seconds', format)}
        detail={sayCertainty(duration, 'seconds', format)}
      />
    ),
  },
  {
    id: 'first',
    label: 'To first deployment (median)',
    cell: ({ timeToFirstDeployment: first }) => (
      <NumberCell
        value={sayEstimate(first, 'seconds', format)}
        detail={`${sayCertainty(first, 'seconds', format)}${
          first.waiting > 0
            ? ` · ${format.count(first.waiting, 'service')} waiting`
            : ''
        }`}
      />
    ),
  },
  {
    id: 'services',
    label: 'In use by',
    cell: ({ services, teams, deployments }) => (
      <NumberCell
        value={format.count(services, 'service')}
        detail={`${format.count(teams, 'team')} · ${format.count(
          deployments,
          'deployment',
        )}`}
      />
    ),
  },
  ...DORA.map(([name, label]) => ({
    id: name,
    label,
    cell: ({ version }: TemplateVersionRow) => {
      const key = version === null ? template : `${template}@${version}`;
      const row = metrics?.get(key);
      if (!row) {
        return metrics ? 'Nothing deployed' : '…';
      }
      const count = row.metrics[name].count;
      return (
        <NumberCell
          value={
            sayValue(name, row.metrics, format) ??
            sayNullState(name, {
              metrics: row.metrics,
              environment: '',
              format,
            })?.short ??
            ''
          }
          detail={`n = ${format.number(count)}`}
        />
      );
    },
  })),
];

/** The versions of a template, the latest first. */
export const VersionsTable = ({
  template,
  metrics,
  isStale,
  format,
}: {
  template: TemplateRow;
  metrics: MetricsByVersion | undefined;
  isStale: boolean;
  format: Formatter;
}) => {
  const columns = useMemo(
    () => columnsOf(template.template, metrics, format),
    [template.template, metrics, format],
  );
  return (
    <RowTable
      label={`Versions of ${template.template}`}
      columns={columns}
      rows={template.versions}
      keyOf={({ version }) => version ?? ''}
      format={format}
      minWidth="60rem"
      leastRowHeight={76}
      hasShortNames
      isStale={isStale}
    />
  );
};
