import { readContext } from '../emit/context';
import type { Runtime } from '../runtime';
import { DEFAULT_URL } from '../transport/client';
import { asker } from './ask';
import { CHECKS } from './checks';
import { describeFinding, type Finding, isBroken } from './findings';

/** The flags of `four-keys doctor`. */
export interface DoctorFlags {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** Looks at an installation from outside, and exits with 1 when something is broken. */
export async function runDoctor(
  flags: DoctorFlags,
  runtime: Runtime,
): Promise<void> {
  const context = await readContext(runtime);
  const url = flags.url ?? context.url ?? DEFAULT_URL;
  const token = flags.token ?? context.token;
  const ask = asker(url, token, runtime.now);
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    const found = await check(ask, { url, hasToken: token !== undefined });
    findings.push(...found);
    if (!flags.json) {
      for (const finding of found) {
        await runtime.out(describeFinding(finding));
      }
    }
    if (found.some(({ level }) => level === 'stop')) {
      break;
    }
  }
  const broken = findings.filter(isBroken).length;
  if (flags.json) {
    await runtime.out(
      `${JSON.stringify({ ok: broken === 0, findings }, null, 2)}\n`,
    );
  }
  if (broken > 0) {
    runtime.err(
      `four-keys: ${broken === 1 ? '1 thing' : `${broken} things`} to mend\n`,
    );
    runtime.setExitCode(1);
  }
}
