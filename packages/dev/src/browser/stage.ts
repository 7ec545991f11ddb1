import type { Browser } from 'playwright-core';
import type { ExampleApps, RunningApp } from './app';

/** What the flows walk through. */
export interface Stage {
  readonly browser: Browser;
  readonly apps: ExampleApps;
  /** With the simulated organisation. */
  readonly full: RunningApp;
  /** The same data for somebody who sees one team's services. */
  readonly viewer: RunningApp;
  /** Nothing was ever sent. */
  readonly empty: RunningApp;
}

export interface Flow {
  readonly name: string;
  readonly walk: (stage: Stage) => Promise<void>;
}
