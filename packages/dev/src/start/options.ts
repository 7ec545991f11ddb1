import { InputError } from '@backstage/errors';
import { parseArgs } from 'node:util';

/** What `npm start` was asked to do. */
export interface StartOptions {
  /** Port of the app and its API. */
  readonly port: number;
  /** Port of PostgreSQL; not given: a free one. */
  readonly postgresPort?: number;
  /** The token that machines send. */
  readonly token: string;
  readonly reset: boolean;
  readonly seed: boolean;
  /** Whether the app is built when its sources changed. */
  readonly app: boolean;
  /** Whether events travel over a Kafka broker, started for it. */
  readonly kafka: boolean;
  /** Where the database and the logs lie; not given: `.data`. */
  readonly dataDir?: string;
  readonly help: boolean;
}

export const HELP = `Starts Four Keys for Backstage with an example organisation.

Usage: npm start [-- OPTIONS]

  --port N      port of the app and its API     (FOUR_KEYS_PORT, 7007)
  --pg-port N   port of PostgreSQL              (FOUR_KEYS_PG_PORT, a free one)
  --reset       start with empty data: the old database is removed
  --no-seed     load no example data
  --kafka       send events over a Kafka broker that is started too; needs
                Java and, the first time, Maven (FOUR_KEYS_KAFKA=true)
  --no-app      build no app: the API, and the app as it was built last
  --help        this text

FOUR_KEYS_TOKEN is the token that machines send (four-keys-dev-token).
Ctrl-C stops everything, database and broker included. The data stays in
.data, or in the folder that FOUR_KEYS_DATA_DIR names.
`;

/**
 * Reads the command line and the environment; the command line wins.
 *
 * @throws InputError that names the option and the way out.
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const { values } = parse(args);
  return {
    port:
      toPort(values.port, '--port') ??
      toPort(env.FOUR_KEYS_PORT, 'FOUR_KEYS_PORT') ??
      7007,
    postgresPort:
      toPort(values['pg-port'], '--pg-port') ??
      toPort(env.FOUR_KEYS_PG_PORT, 'FOUR_KEYS_PG_PORT'),
    token: env.FOUR_KEYS_TOKEN || 'four-keys-dev-token',
    reset: values.reset ?? false,
    seed: !values['no-seed'],
    app: !values['no-app'],
    kafka: values.kafka ?? env.FOUR_KEYS_KAFKA === 'true',
    dataDir: env.FOUR_KEYS_DATA_DIR || undefined,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'pg-port': { type: 'string' },
        reset: { type: 'boolean' },
        'no-seed': { type: 'boolean' },
        'no-app': { type: 'boolean' },
        kafka: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new InputError(
      `${(error as Error).message}. "npm start -- --help" lists the options.`,
    );
  }
}

function toPort(text: string | undefined, name: string): number | undefined {
  if (!text) {
    return undefined;
  }
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) {
    return port;
  }
  throw new InputError(
    `${name} is "${text}", but a port is a whole number from 1 to 65535.`,
  );
}

/** The Node.js versions that Backstage 1.55 runs on. */
const SUPPORTED = 'Node.js 20.19 or later, 22 or 24';

/**
 * Makes sure that this Node.js can run Backstage.
 *
 * @throws InputError that names both versions.
 */
export function checkNodeVersion(version: string): void {
  const [major, minor] = version.split('.').map(Number);
  const known = (major === 20 && minor >= 19) || major === 22 || major === 24;
  if (!known) {
    throw new InputError(
      `This is Node.js ${version}; Backstage needs ${SUPPORTED}. ` +
        `Install one of these and run "npm ci" again.`,
    );
  }
}
