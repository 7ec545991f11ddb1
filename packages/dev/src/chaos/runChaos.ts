import type { Control } from './controls';
import { examine, type Finding, holds, settle } from './oracle';
import { Random } from './random';
import type { Scenario } from './scenarios';
import { type Servers, startServers, stopServers, World } from './world';

/** How one run ended. */
export interface Outcome {
  readonly scenario: string;
  readonly seed: number;
  /** The guarantee that was switched off; undefined: none. */
  readonly control: string | undefined;
  /** Undefined: it did not get so far. */
  readonly finding: Finding | undefined;
  /** Seconds from the end of the last fault until nothing was left to read. */
  readonly recovery: number | undefined;
  readonly error: string | undefined;
  /** Everything holds; with a guarantee switched off, that its lack was found. */
  readonly passed: boolean;
}

export interface ChaosOptions {
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  /** Goes on with other seeds until then, milliseconds since the epoch; undefined: once. */
  readonly until: number | undefined;
  readonly onStart: (what: string) => void;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly signal: AbortSignal;
}

/** Runs scenarios, each as it is and with a guarantee switched off. */
export async function runChaos(options: ChaosOptions): Promise<Outcome[]> {
  const { scenarios, onStart, onOutcome, signal } = options;
  const servers = await startServers();
  const outcomes: Outcome[] = [];
  const goesOn = () =>
    options.until !== undefined && Date.now() < options.until;
  try {
    let { seed } = options;
    do {
      for (const scenario of scenarios) {
        for (const control of [undefined, scenario.control]) {
          if (signal.aborted) {
            return outcomes;
          }
          onStart(
            `${scenario.title}${control ? `; control: ${control.name}` : ''}`,
          );
          const run = { servers, scenario, seed, control };
          const outcome = await runOnce(run, outcomes.length);
          outcomes.push(outcome);
          onOutcome(outcome);
        }
      }
      seed += 1;
    } while (goesOn());
    return outcomes;
  } finally {
    await stopServers(servers);
  }
}

async function runOnce(
  run: {
    readonly servers: Servers;
    readonly scenario: Scenario;
    readonly seed: number;
    readonly control: Control | undefined;
  },
  number: number,
): Promise<Outcome> {
  const { servers, scenario, seed, control } = run;
  const world = new World({
    servers,
    name: `${scenario.name}-${number}`,
    random: new Random(seed),
    acks: control?.acks ?? -1,
    forced: control?.member,
  });
  const known = { scenario: scenario.name, seed, control: control?.name };
  try {
    await prepare(world);
    await control?.breakIt?.(world);
    await scenario.run(world);
    const watched = await world.watched();
    const readAt = await settle(watched);
    const examined = await examine(watched, {
      sent: world.traffic.sent,
      rubbish: world.traffic.rubbish,
      letters: world.traffic.letters,
      rubbishBytes: world.traffic.rubbishBytes,
      conflicts: world.traffic.conflicts,
      droppedRaw: world.droppedRaw,
    });
    const also = (await scenario.alsoHolds?.(world)) ?? [];
    const finding = { ...examined, wrong: [...examined.wrong, ...also] };
    return {
      ...known,
      finding,
      recovery: Math.max(0, (readAt - world.faultEndedAt) / 1000),
      error: undefined,
      passed: control ? isSeen(control, finding) : holds(finding),
    };
  } catch (error) {
    return {
      ...known,
      finding: undefined,
      recovery: undefined,
      error: String(error),
      passed: false,
    };
  } finally {
    await world.close();
  }
}

/** Whether the oracle finds what the scenario is there to find. */
function isSeen({ sees }: Control, finding: Finding): boolean {
  const seen = sees && finding[sees];
  if (seen === undefined) {
    return !holds(finding);
  }
  return typeof seen === 'number' ? seen > 0 : seen.length > 0;
}

/** A collector makes the tables and the topic. */
async function prepare(world: World): Promise<void> {
  const member = await world.member();
  member.signal('SIGTERM');
  await member.exited;
}
