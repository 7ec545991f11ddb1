import { reasonsOf, type PolicyReport } from '@four-keys/policies';

/** The report as Markdown, for the output of a template. */
export function summaryOf({ policies }: PolicyReport): string {
  return policies
    .filter(({ outcome }) => outcome !== 'skip')
    .flatMap(policy => [
      `- **${policy.outcome}**: ${policy.title}`,
      ...reasonsOf(policy).map(reason => `  - ${reason}`),
    ])
    .join('\n');
}

/** Why the run cannot go on. */
export function failureOf(report: PolicyReport): string {
  const failed = report.policies.filter(({ outcome }) => outcome === 'fail');
  return [
    `${failed.length} of ${report.policies.length} policies fail for ${report.environment}:`,
    ...failed.flatMap(policy => [
      `${policy.id}: ${policy.title}. ${policy.remedy}`,
      ...reasonsOf(policy).map(reason => `  ${reason}`),
    ]),
  ].join('\n');
}
