import { summaryLine } from './testSummary';

const clean = {
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

describe('summaryLine', () => {
  it('counts what passed and failed, and a file that could not run as failed', () => {
    expect(summaryLine(clean)).toBe('12 passed, 0 failed');
    expect(
      summaryLine({
        ...clean,
        numFailedTests: 2,
        numRuntimeErrorTestSuites: 1,
        numPendingTests: 3,
        numTodoTests: 1,
      }),
    ).toBe('12 passed, 3 failed, 4 skipped');
  });
});
