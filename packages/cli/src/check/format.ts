import type { PolicyReport, PolicyResult } from '@four-keys/policies';
import { writeSarif } from '../report/sarif';

/** How a report is written. */
export const REPORT_FORMATS = ['text', 'json', 'sarif'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The report as somebody asked for it. */
export function formatReport(
  report: PolicyReport,
  format: ReportFormat,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'sarif':
      return asSarif(report);
    default:
      return asText(report);
  }
}

/** `file:line: ...` is what editors and CI systems make links of. */
function policyText(policy: PolicyResult): string[] {
  const head = `${policy.outcome.padEnd(4)} ${policy.id}: ${policy.title}`;
  return policy.findings.length === 0
    ? [head]
    : [
        head,
        ...policy.findings.map(
          ({ file, line, message }) => `     ${file}:${line}: ${message}`,
        ),
        `     why: ${policy.reason}`,
        `     do: ${policy.remedy}`,
      ];
}

function asText({ policies, leftAlone, ...report }: PolicyReport): string {
  const count = (outcome: string) =>
    policies.filter(policy => policy.outcome === outcome).length;
  return [
    ...policies.flatMap(policyText),
    ...leftAlone.map(({ file, reason }) => `not checked: ${file}, ${reason}`),
    `${report.outcome} for ${report.environment}, compliance level ${
      report.level
    }: ${['pass', 'warn', 'fail', 'skip']
      .map(outcome => `${count(outcome)} ${outcome}`)
      .join(', ')}`,
    '',
  ].join('\n');
}

function asSarif({ policies }: PolicyReport): string {
  return writeSarif({
    command: 'check',
    rules: policies.map(({ id, title, reason, remedy }) => ({
      id,
      title,
      help: `${reason} ${remedy}`,
    })),
    findings: policies.flatMap(policy =>
      policy.findings.map(({ file, line, message }) => ({
        ruleId: policy.id,
        level: policy.outcome === 'fail' ? ('error' as const) : 'warning',
        message: `${message}. ${policy.remedy}`,
        file,
        region: { startLine: line },
        identity: [policy.id, file, message],
      })),
    ),
  });
}
