import type { PostgresServer } from '../../postgres/server';
import type { CodeBlock } from '../page';
import type { StockBackend, StockOptions } from '../portal';

/** What every scenario finds: the stock app with our packages installed, and a database server. */
export interface Site {
  readonly app: string;
  readonly postgres: PostgresServer;
  /** The blocks of the installation page. */
  readonly page: readonly CodeBlock[];
  readonly signal: AbortSignal;
  /** Starts a backend of the app that is stopped when the scenario ends, and waits for it. */
  start(options: Omit<StockOptions, 'app'>): Promise<StockBackend>;
  /** The same without waiting until it serves. */
  launch(options: Omit<StockOptions, 'app'>): Promise<StockBackend>;
}

/** One way in which strangers run Backstage, and what must hold then. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** @throws Error that says what does not hold */
  run(site: Site): Promise<void>;
}
