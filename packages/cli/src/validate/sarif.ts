import { writeSarif } from '../report/sarif';
import type { FindingCode, Report } from './finding';

/** Each sort of problem, as code scanning lists them. */
const RULES: Readonly<Record<FindingCode, string>> = {
  unknown_annotation: 'An annotation under four-keys.dev/ is misspelt',
  invalid_value: 'An annotation has a value that cannot be used',
  missing_annotation: 'An annotation that the rules ask for is missing',
  owners_disagree: 'The owner annotation contradicts spec.owner',
  shared_service_id: 'Several entities have one service id',
  invalid_yaml: 'The file cannot be read as YAML',
  not_an_entity: 'A document is no entity',
};

const CODES = Object.keys(RULES) as FindingCode[];

/** The report as SARIF 2.1.0, for code scanning. */
export function renderSarif(report: Report, docsUrl: string): string {
  return writeSarif({
    command: 'validate',
    docsUrl,
    rules: CODES.map(code => ({
      id: code,
      title: RULES[code],
      helpUri: docsUrl,
    })),
    findings: report.findings.map(finding => {
      const { file, code, entity, annotation, value } = finding;
      return {
        ruleId: code,
        level: finding.level,
        message: finding.message,
        file,
        region: {
          startLine: finding.line,
          startColumn: finding.column,
          endLine: finding.endLine,
          endColumn: finding.endColumn,
        },
        subject: entity ?? undefined,
        identity: [file, code, entity, annotation, value],
        properties: {
          annotation,
          expected: finding.expected,
          remedy: finding.remedy,
        },
      };
    }),
  });
}
