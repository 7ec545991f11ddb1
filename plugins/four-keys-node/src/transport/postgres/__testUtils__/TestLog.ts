import { mockServices } from '@backstage/backend-test-utils';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import {
  PostgresTransport,
  type PostgresTransportOptions,
} from '../PostgresTransport';

/** How long a test waits for what must happen, in milliseconds. */
export const PATIENCE_MS = 20_000;

/** An empty database, and transports on it that are closed with it. */
export class TestLog {
  readonly database: TestDatabase;
  readonly logger = mockServices.logger.mock();
  readonly #opened: PostgresTransport[] = [];

  private constructor(database: TestDatabase) {
    this.database = database;
  }

  static async create(): Promise<TestLog> {
    return new TestLog(await createTestDatabase());
  }

  get knex() {
    return this.database.knex;
  }

  async open(
    options: Partial<PostgresTransportOptions> = {},
  ): Promise<PostgresTransport> {
    const transport = await PostgresTransport.create({
      knex: this.knex,
      connection: this.database.connectionString,
      logger: this.logger,
      retention: { keepDays: 1 },
      ...options,
    });
    this.#opened.push(transport);
    return transport;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map(transport => transport.close()));
    await this.database.drop();
  }
}
