import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { UserError, type Runtime } from '../runtime';
import { Progress } from '../progress';
import { inBatches } from '../transport/batches';
import { CollectorError } from '../transport/client';
import { completeCommit } from './commit';
import { readContext } from './context';
import {
  connect,
  deliver,
  warn,
  type Connection,
  type ConnectionFlags,
} from './deliver';
import type { FieldValues } from './data';
import { buildEvent, type EnvelopeFlags } from './event';
import type { Family } from './fields';
import { readEventLines, type EventLine } from './lines';

export interface EmitFlags extends ConnectionFlags, EnvelopeFlags {
  readonly dryRun?: boolean;
}

/** `emit deploy`, `change`, `build` and `incident`: one event out of flags. */
export async function emitOne(
  family: Family,
  fields: FieldValues,
  flags: EmitFlags,
  runtime: Runtime,
): Promise<void> {
  const context = await readContext(runtime);
  const completed =
    family === 'incident'
      ? fields
      : await completeCommit(
          fields,
          context.ci?.commitSha ?? context.head?.commitSha,
          runtime.cwd,
        );
  const event = buildEvent({
    family,
    fields: completed,
    envelope: flags,
    context,
    now: runtime.now(),
  });
  if (flags.dryRun) {
    await runtime.out(`${JSON.stringify(event, null, 2)}\n`);
    return;
  }
  const connection = connect(flags, runtime, { url: context.url });
  const { accepted } = await deliver([{ ...event }], connection, runtime);
  if (accepted === 1) {
    await runtime.out(`accepted ${event.type} ${event.id}\n`);
  } else if (flags.strict) {
    runtime.setExitCode(1);
  }
}

interface Tally {
  accepted: number;
  rejected: number;
  unsent: number;
}

/**
 * Sends one batch; what is rejected is named by its line.
 *
 * Lines of a file are not kept when the collector is away: the file has them.
 */
async function sendBatch(
  batch: readonly EventLine[],
  connection: Connection,
  tally: Tally,
  runtime: Runtime,
): Promise<void> {
  const answer = await connection.client.send(batch.map(({ event }) => event));
  tally.accepted += answer.accepted;
  for (const { index, code, message } of answer.rejected) {
    tally.rejected += 1;
    warn(
      runtime,
      `line ${batch[index]?.line ?? '?'} was rejected (${code}): ${message}`,
    );
  }
}

async function keepRest(
  rest: readonly EventLine[],
  { spool }: Connection,
  tally: Tally,
  runtime: Runtime,
) {
  if (spool) {
    const { dropped } = await spool.add(rest.map(({ event }) => event));
    if (dropped > 0) {
      warn(runtime, `The spool is full: ${dropped} events in it are lost`);
    }
  }
  tally.unsent += rest.length;
}

/** `emit --file`: many events, one a line. */
export async function emitFile(
  file: string,
  flags: EmitFlags,
  runtime: Runtime,
): Promise<void> {
  const { url } = await readContext(runtime);
  const connection = connect(flags, runtime, { url });
  const tally: Tally = { accepted: 0, rejected: 0, unsent: 0 };
  const lines = readEventLines(file, runtime, (line, problem) => {
    tally.rejected += 1;
    warn(runtime, `line ${line} ${problem}`);
  });
  if (flags.dryRun) {
    await checkLines(lines, tally, runtime);
    return;
  }
  const progress = new Progress({ runtime, label: 'events' });
  let away: CollectorError | undefined;
  let firstUnsent = 0;
  for await (const batch of inBatches(lines)) {
    if (!away) {
      try {
        await sendBatch(batch, connection, tally, runtime);
        progress.advance(batch.length);
        continue;
      } catch (error) {
        if (!(error instanceof CollectorError)) {
          throw error;
        }
        away = error;
        firstUnsent = batch[0].line;
      }
    }
    if (file !== '-' || !away.worthKeeping) {
      tally.unsent += batch.length;
      break;
    }
    await keepRest(batch, connection, tally, runtime);
  }
  if (away) {
    warn(runtime, `${away.message}. ${remedy(file, away, firstUnsent, tally)}`);
  }
  progress.finish(
    `${tally.accepted} accepted, ${tally.rejected} rejected${
      away ? ', not all sent' : ''
    }`,
  );
  if (flags.strict && (away || tally.rejected > 0)) {
    runtime.setExitCode(1);
  }
}

function remedy(
  file: string,
  away: CollectorError,
  firstUnsent: number,
  tally: Tally,
): string {
  return file === '-' && away.worthKeeping
    ? `${tally.unsent} events are kept and sent with the next call`
    : `Nothing from line ${firstUnsent} on was sent; run the same command again, what was taken before is recognised`;
}

/** `emit --file --dry-run`: says which lines a collector would reject. */
async function checkLines(
  lines: AsyncIterable<{ item: EventLine }>,
  tally: Tally,
  runtime: Runtime,
) {
  for await (const { item } of lines) {
    const result = validateEvent(item.event, { now: runtime.now() });
    if (result.ok) {
      tally.accepted += 1;
    } else {
      tally.rejected += 1;
      const { code, message } = result.rejection;
      warn(
        runtime,
        `line ${item.line} would be rejected (${code}): ${message}`,
      );
    }
  }
  await runtime.out(
    `${tally.accepted} would be accepted, ${tally.rejected} rejected\n`,
  );
  if (tally.rejected > 0) {
    throw new UserError('Some lines would be rejected; nothing was sent');
  }
}
