import { createHash } from 'node:crypto';
import { version } from '../../package.json';
import type { Finding, FindingCode, Report } from './finding';

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

const ROOT = '%SRCROOT%';

/** What stays the same when lines above are added, so that a known problem is not told anew. */
function fingerprint({ file, code, entity, annotation, value }: Finding) {
  return createHash('sha256')
    .update(JSON.stringify([file, code, entity, annotation, value]))
    .digest('hex')
    .slice(0, 32);
}

function toResult(finding: Finding) {
  return {
    ruleId: finding.code,
    ruleIndex: CODES.indexOf(finding.code),
    level: finding.level,
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: finding.file.split('/').map(encodeURIComponent).join('/'),
            uriBaseId: ROOT,
          },
          region: {
            startLine: finding.line,
            startColumn: finding.column,
            endLine: finding.endLine,
            endColumn: finding.endColumn,
          },
        },
        ...(finding.entity === null
          ? {}
          : {
              logicalLocations: [
                { fullyQualifiedName: finding.entity, kind: 'object' },
              ],
            }),
      },
    ],
    partialFingerprints: { 'fourKeys/v1': fingerprint(finding) },
    properties: {
      annotation: finding.annotation,
      expected: finding.expected,
      remedy: finding.remedy,
    },
  };
}

/** The report as SARIF 2.1.0, for code scanning. */
export function renderSarif(report: Report, docsUrl: string): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'four-keys validate',
            semanticVersion: version,
            informationUri: docsUrl,
            rules: CODES.map(code => ({
              id: code,
              shortDescription: { text: RULES[code] },
              helpUri: docsUrl,
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map(toResult),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
