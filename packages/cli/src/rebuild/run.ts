import type {
  RebuildAnswer,
  RebuildRequest,
  ServiceDrift,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Runtime } from '../runtime';
import { postJson, type BackendFlags } from '../transport/postJson';

export interface RebuildFlags extends BackendFlags {
  readonly verify?: boolean;
  readonly json?: boolean;
}

function describe({ service, tables }: ServiceDrift): string {
  const counts = tables.map(({ table, missing, surplus, different }) => {
    const words = [
      missing > 0 && `${missing} missing`,
      surplus > 0 && `${surplus} too many`,
      different > 0 && `${different} different`,
    ].filter(word => word !== false);
    return `${table} ${words.join(', ')}`;
  });
  return `${service}: ${counts.join('; ')}\n`;
}

/** `four-keys rebuild` */
export async function runRebuild(
  flags: RebuildFlags,
  runtime: Runtime,
): Promise<void> {
  const { verify = false, json = false } = flags;
  const drift: ServiceDrift[] = [];
  let services = 0;
  let pending = 0;
  let after: string | undefined;
  do {
    const request: RebuildRequest = { verify, after };
    const answer: RebuildAnswer = await postJson(
      '/pipeline/rebuild',
      request,
      flags,
      runtime,
    );
    services += answer.services;
    pending += answer.pending;
    drift.push(...answer.drift);
    after = answer.next ?? undefined;
    if (after !== undefined) {
      runtime.err(`four-keys: ${services} services so far\n`);
    }
  } while (after !== undefined);
  if (json) {
    await runtime.out(
      `${JSON.stringify({ services, pending, drift }, null, 2)}\n`,
    );
  } else {
    for (const one of drift) {
      await runtime.out(describe(one));
    }
    await runtime.out(
      verify
        ? `${services} services compared, ${drift.length} drifted\n`
        : `${services} services derived anew\n`,
    );
  }
  if (pending > 0) {
    runtime.err(
      `four-keys: nothing can be said of ${pending} services, whose events are being derived; run it again\n`,
    );
  }
  if (drift.length > 0) {
    runtime.setExitCode(1);
    runtime.err(
      'four-keys: four-keys rebuild without --verify mends the rows; tell what changed them, for nothing but the collector should\n',
    );
  }
}
