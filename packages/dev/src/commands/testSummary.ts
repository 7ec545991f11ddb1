/** The part of jest's JSON report that the last line counts. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that failed before a test ran, such as one that does not compile. */
  readonly numRuntimeErrorTestSuites: number;
}

/** One line such as `12 passed, 0 failed, 1 skipped`. */
export function summaryLine(report: JestReport): string {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.numPendingTests + report.numTodoTests;
  return `${report.numPassedTests} passed, ${failed} failed${
    skipped ? `, ${skipped} skipped` : ''
  }`;
}
