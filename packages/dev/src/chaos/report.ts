import type { Outcome } from './runChaos';

const COLUMNS = [
  'scenario',
  'seed',
  'sent',
  'stored',
  'dead-lettered',
  'lost',
  'duplicated',
  'drift',
  'stuck',
  'wrong',
  'recovery',
  'verdict',
] as const;

/** The outcomes as a table for people. */
export function describeOutcomes(outcomes: readonly Outcome[]): string {
  const rows = [COLUMNS.map(String), ...outcomes.map(toRow)];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map(row => row[column].length)),
  );
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toRow(outcome: Outcome): string[] {
  const { scenario, seed, control, finding, recovery, passed } = outcome;
  const numbers = finding
    ? [
        finding.sent,
        finding.stored,
        `${finding.deadLettered} of ${finding.rubbish}`,
        finding.lost,
        finding.duplicated,
        finding.drift,
        finding.stuck + finding.uncommitted,
        finding.wrong.length,
        `${(recovery ?? 0).toFixed(1)} s`,
      ]
    : Array<string>(9).fill('-');
  return [
    control ? `${scenario} (control)` : scenario,
    String(seed),
    ...numbers.map(String),
    verdict(outcome, passed),
  ];
}

function verdict(
  { control, error, finding }: Outcome,
  passed: boolean,
): string {
  if (error !== undefined) {
    return `FAILED: ${error}`;
  }
  if (control === undefined) {
    return passed ? 'holds' : ['FAILED', ...(finding?.wrong ?? [])].join('; ');
  }
  return passed
    ? `seen: ${control}`
    : `NOT SEEN, so the scenario proves nothing: ${control}`;
}
