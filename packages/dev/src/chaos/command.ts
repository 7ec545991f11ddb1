import { InputError } from '@backstage/errors';
import { parseArgs } from 'node:util';
import { stopSignal } from '../process/signals';
import { describeOutcomes } from './report';
import { runChaos } from './runChaos';
import { type Scenario, SCENARIOS } from './scenarios';

const HELP = `Breaks things while events come, and looks whether all of them are there
afterwards, once: a real broker, a real PostgreSQL, collectors in processes of
their own. Every scenario runs a second time with a guarantee switched off,
which must be seen. Needs Java 17 and, the first time, Maven.

Usage: npm run chaos -- [OPTIONS]

  --scenario NAME  one of those below, several with commas, or all (all)
  --ci             those that run with every change
  --seed N         other numbers, other moments; the same seed, the same ones (1)
  --minutes M      go on with the next seed for so long
  --json           the outcomes as JSON
  --help           this text

${SCENARIOS.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join(
  '\n',
)}
`;

/** `npm run chaos`. */
export async function main(args: readonly string[]): Promise<void> {
  const { signal } = stopSignal();
  const begin = Date.now();
  const say = (text: string) => process.stderr.write(`${text}\n`);
  try {
    const { values } = parse(args);
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    const minutes = toNumber(values.minutes, '--minutes');
    const outcomes = await runChaos({
      scenarios: choose(values),
      seed: toNumber(values.seed, '--seed') ?? 1,
      until: minutes === undefined ? undefined : begin + minutes * 60_000,
      signal,
      onStart: what => say(`... ${what}`),
      onOutcome: outcome => say(describeOutcomes([outcome]).split('\n')[1]),
    });
    process.stdout.write(
      values.json
        ? `${JSON.stringify(outcomes, null, 2)}\n`
        : `\n${describeOutcomes(outcomes)}\n`,
    );
    const failed = outcomes.filter(({ passed }) => !passed).length;
    const seconds = Math.round((Date.now() - begin) / 1000);
    say(
      `\n${
        signal.aborted ? 'stopped before the end, after' : 'in'
      } ${seconds} s\n${outcomes.length - failed} passed, ${failed} failed`,
    );
    process.exitCode = failed > 0 || signal.aborted ? 1 : 0;
  } catch (error) {
    say(`\n${(error as Error).message}`);
    process.exitCode = 1;
  }
  process.exit();
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string', default: 'all' },
        ci: { type: 'boolean' },
        seed: { type: 'string' },
        minutes: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new InputError(
      `${
        (error as Error).message
      }. "npm run chaos -- --help" lists the options.`,
    );
  }
}

function choose(values: {
  readonly scenario: string;
  readonly ci?: boolean;
}): readonly Scenario[] {
  if (values.ci) {
    return SCENARIOS.filter(({ ci }) => ci);
  }
  if (values.scenario === 'all') {
    return SCENARIOS;
  }
  return values.scenario.split(',').map(name => {
    const found = SCENARIOS.find(scenario => scenario.name === name);
    if (!found) {
      throw new InputError(
        `--scenario is "${name}", but the scenarios are ${SCENARIOS.map(
          scenario => scenario.name,
        ).join(', ')}, and all.`,
      );
    }
    return found;
  });
}

function toNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) {
    return number;
  }
  throw new InputError(
    `${name} is "${text}", but it is a whole number from 1 on.`,
  );
}
