import { InputError } from '@backstage/errors';
import { parseArgs } from 'node:util';
import { stopSignal } from '../process/signals';
import { inRepository } from '../repository';
import { startKafka } from './broker';

const DEFAULT_PORT = '9092';

const HELP = `Runs a Kafka broker on 127.0.0.1 until Ctrl-C. Needs Java 17 and, the first
time, Maven, which fetches it. The data lies in .data/kafka.

Usage: npm run kafka [-- OPTIONS]

  --port N   where it listens (${DEFAULT_PORT})
  --help     this text
`;

/** `npm run kafka`. */
export async function main(args: readonly string[]): Promise<void> {
  const { signal } = stopSignal();
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: DEFAULT_PORT },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new InputError(
        `--port is "${values.port}", but it is a whole number from 1 to 65535.`,
      );
    }
    const kafka = await startKafka({
      dataDir: inRepository('.data', 'kafka', 'broker'),
      port,
      portSetting: '--port',
      onNotice: say,
    });
    say(`Kafka listens on ${kafka.broker}. Use it with

  fourKeys:
    transport: kafka
    kafka:
      brokers: ['${kafka.broker}']
      createTopics: true

Ctrl-C stops it.`);
    const ended = await Promise.race([
      kafka.exited.then(() => true),
      new Promise<false>(resolve => {
        const stop = () => resolve(false);
        signal.addEventListener('abort', stop);
        // Nothing else keeps the process alive.
        setInterval(() => signal.aborted && stop(), 1_000);
      }),
    ]);
    await kafka.stop();
    process.exitCode = ended ? 1 : 0;
    say(ended ? 'Kafka ended by itself.' : 'Kafka has stopped.');
  } catch (error) {
    process.stderr.write(`\n${(error as Error).message}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
