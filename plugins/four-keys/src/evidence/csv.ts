import type { EvidenceRow } from '@four-keys/backstage-plugin-four-keys-common';

type CellValue = string | number | boolean | null;

const COLUMNS: ReadonlyArray<
  readonly [title: string, cell: (row: EvidenceRow) => CellValue]
> = [
  ['kind', row => row.kind],
  ['service', row => row.service],
  ['environment', row => row.environment],
  ['id', row => row.id],
  ['at', row => row.at],
  ['value', row => row.value],
  ['left_out', row => row.excluded],
];

/** A spreadsheet runs text that begins like this; whoever sends events writes the text. */
const FORMULA = /^[=+\-@\t\r]/;

function writeCell(value: CellValue): string {
  if (typeof value !== 'string') {
    return value === null ? '' : String(value);
  }
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Evidence as RFC 4180 text, with a column for every detail that occurs. */
export function evidenceCsv(rows: readonly EvidenceRow[]): string {
  const details = [...new Set(rows.flatMap(row => Object.keys(row.details)))];
  const lines = [
    [...COLUMNS.map(([title]) => title), ...details],
    ...rows.map(row => [
      ...COLUMNS.map(([, cell]) => cell(row)),
      ...details.map(name => row.details[name] ?? null),
    ]),
  ];
  return lines.map(line => `${line.map(writeCell).join(',')}\r\n`).join('');
}
