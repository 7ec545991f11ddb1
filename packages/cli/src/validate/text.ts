import { countOf, type Report } from './finding';

const many = (count: number, one: string, more = `${one}s`) =>
  `${count} ${count === 1 ? one : more}`;

/** The report for people and editors: a line each, that leads to the place. */
export function renderText({ findings }: Report): string {
  return findings
    .map(
      ({ file, line, column, level, message, code }) =>
        `${file}:${line}:${column}: ${level}: ${message} [${code}]\n`,
    )
    .join('');
}

/** All of it in one line. */
export function summarise(report: Report): string {
  const errors = countOf(report, 'error');
  const warnings = countOf(report, 'warning');
  const where = `${many(report.entities, 'entity', 'entities')} in ${many(
    report.files,
    'file',
  )}`;
  return errors + warnings === 0
    ? `${where}: nothing to mend`
    : `${where}: ${many(errors, 'error')}, ${many(warnings, 'warning')}`;
}
