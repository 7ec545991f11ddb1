import { createHash } from 'node:crypto';
import { version } from '../../package.json';

/** Something that is looked for. */
export interface SarifRule {
  readonly id: string;
  readonly title: string;
  /** Why, and what to do. */
  readonly help?: string;
  readonly helpUri?: string;
}

/** A place where it was found. */
export interface SarifFinding {
  readonly ruleId: string;
  readonly level: 'error' | 'warning';
  readonly message: string;
  /** Relative to the root of the repository, with `/`. */
  readonly file: string;
  /** Lines and columns count from 1, the end is not in it. */
  readonly region: {
    readonly startLine: number;
    readonly startColumn?: number;
    readonly endLine?: number;
    readonly endColumn?: number;
  };
  /** What it is about, such as an entity. */
  readonly subject?: string;
  /**
   * What stays the same when lines above are added, so that a known problem is
   * not told anew.
   */
  readonly identity: readonly unknown[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

const ROOT = '%SRCROOT%';

const fingerprint = (identity: readonly unknown[]) =>
  createHash('sha256')
    .update(JSON.stringify(identity))
    .digest('hex')
    .slice(0, 32);

function toResult(finding: SarifFinding, rules: readonly SarifRule[]) {
  const { ruleId, level, subject } = finding;
  return {
    ruleId,
    ruleIndex: rules.findIndex(({ id }) => id === ruleId),
    level,
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: finding.file.split('/').map(encodeURIComponent).join('/'),
            uriBaseId: ROOT,
          },
          region: finding.region,
        },
        ...(subject === undefined
          ? {}
          : {
              logicalLocations: [
                { fullyQualifiedName: subject, kind: 'object' },
              ],
            }),
      },
    ],
    partialFingerprints: { 'fourKeys/v1': fingerprint(finding.identity) },
    ...(finding.properties ? { properties: finding.properties } : {}),
  };
}

/** A report as SARIF 2.1.0, for code scanning. */
export function writeSarif(report: {
  /** The command that looked. */
  command: string;
  docsUrl?: string;
  rules: readonly SarifRule[];
  findings: readonly SarifFinding[];
}): string {
  const { command, docsUrl, rules, findings } = report;
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: `four-keys ${command}`,
            semanticVersion: version,
            informationUri: docsUrl,
            rules: rules.map(({ id, title, help, helpUri }) => ({
              id,
              shortDescription: { text: title },
              help: help === undefined ? undefined : { text: help },
              helpUri,
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(finding => toResult(finding, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
