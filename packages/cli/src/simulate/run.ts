import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { connect, type ConnectionFlags } from '../emit/deliver';
import { sendAll } from '../transport/sendAll';
import { UserError, type Runtime } from '../runtime';
import { writeEvents } from '../output';
import { organisationYaml } from './catalog';
import { DAY } from './calendar';
import { simulate } from './simulate';

export interface SimulateFlags extends ConnectionFlags {
  readonly days: string;
  readonly until: string;
  readonly seed: string;
  readonly output?: string;
  readonly send?: boolean;
  readonly catalog?: string;
}

const MAX_DAYS = 3660;

function integer(text: string, flag: string, low: number, high: number) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new UserError(
      `${flag} is "${text}"; it must be a whole number from ${low} to ${high}`,
    );
  }
  return value;
}

/** The last instant that is told, never one that has not come yet. */
export function parseUntil(text: string, now: number): number {
  if (text === 'today' || text === 'now') {
    return now;
  }
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const instant = Date.parse(isDate ? `${text}T00:00:00Z` : text);
  const hasZone = isDate || /(?:Z|[+-]\d{2}:\d{2})$/i.test(text);
  if (Number.isNaN(instant) || !hasZone) {
    throw new UserError(
      `--until is "${text}"; write today, a date such as 2026-11-20, or a time with a zone such as 2026-11-20T12:00:00Z`,
    );
  }
  return Math.min(now, isDate ? instant + DAY - 1 : instant);
}

/** `four-keys simulate` */
export async function runSimulate(
  flags: SimulateFlags,
  runtime: Runtime,
): Promise<void> {
  if (!flags.output && !flags.send && !flags.catalog) {
    throw new UserError(
      'Say where the simulation goes: --output FILE (- for standard output), --send, or --catalog FILE',
    );
  }
  const request = {
    days: integer(flags.days, '--days', 1, MAX_DAYS),
    seed: integer(flags.seed, '--seed', 0, Number.MAX_SAFE_INTEGER),
    until: parseUntil(flags.until, runtime.now()),
  };
  if (flags.catalog) {
    await writeFile(resolve(runtime.cwd, flags.catalog), organisationYaml());
    runtime.err(`four-keys: wrote the catalog to ${flags.catalog}\n`);
  }
  if (!flags.output && !flags.send) {
    return;
  }
  const events = simulate(request);
  if (flags.output) {
    await writeEvents(flags.output, events, runtime);
  }
  if (flags.send) {
    const connection = connect(flags, runtime, { timeout: '1m' });
    await sendAll(events, connection.client, runtime);
  }
}
