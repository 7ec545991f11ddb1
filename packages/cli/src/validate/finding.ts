import type { AnnotationViolationCode } from '@four-keys/backstage-plugin-four-keys-common';

/** What is wrong with a file before its annotations can be looked at. */
export const FILE_PROBLEM_CODES = ['invalid_yaml', 'not_an_entity'] as const;

export type FindingCode =
  | AnnotationViolationCode
  | (typeof FILE_PROBLEM_CODES)[number];

/** A range of a file; lines and columns count from 1, the end is not in it. */
export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One problem and where it is. */
export interface Finding extends Region {
  /** Relative to the working directory, with slashes. */
  readonly file: string;
  /** `error`: the catalog refuses the entity. */
  readonly level: 'error' | 'warning';
  readonly code: FindingCode;
  /** The reference of the entity; null: there is none. */
  readonly entity: string | null;
  readonly annotation: string | null;
  readonly value: string | null;
  readonly expected: string;
  readonly remedy: string;
  readonly docs: string;
  /** All of it in one line, as the catalog says it. */
  readonly message: string;
}

/** What a check found. */
export interface Report {
  readonly files: number;
  readonly entities: number;
  /** Sorted by file and place. */
  readonly findings: readonly Finding[];
}

export const countOf = (report: Report, level: Finding['level']) =>
  report.findings.filter(finding => finding.level === level).length;
