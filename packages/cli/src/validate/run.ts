import type { AnnotationRules } from '@four-keys/backstage-plugin-four-keys-common';
import { writeOutput } from '../output';
import type { Runtime } from '../runtime';
import { check } from './check';
import { readFiles } from './files';
import { countOf, type Report } from './finding';
import { readRules } from './rules';
import { renderSarif } from './sarif';
import { renderText, summarise } from './text';

export const FORMATS = ['text', 'json', 'sarif'] as const;

export interface ValidateFlags {
  readonly config: readonly string[];
  readonly format: (typeof FORMATS)[number];
  readonly output: string;
  readonly strict?: boolean;
}

function render(
  report: Report,
  format: ValidateFlags['format'],
  rules: AnnotationRules,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(
        {
          files: report.files,
          entities: report.entities,
          errors: countOf(report, 'error'),
          warnings: countOf(report, 'warning'),
          findings: report.findings,
        },
        null,
        2,
      )}\n`;
    case 'sarif':
      return renderSarif(report, rules.docsUrl);
    default:
      return renderText(report);
  }
}

/** `four-keys validate` */
export async function runValidate(
  patterns: readonly string[],
  flags: ValidateFlags,
  runtime: Runtime,
): Promise<void> {
  const rules = await readRules(flags.config, runtime);
  const report = check(await readFiles(patterns, runtime), rules);
  await writeOutput(flags.output, render(report, flags.format, rules), runtime);
  runtime.err(`four-keys: ${summarise(report)}\n`);
  const failed =
    countOf(report, 'error') > 0 ||
    (flags.strict === true && report.findings.length > 0);
  if (failed) {
    runtime.setExitCode(1);
  }
}
