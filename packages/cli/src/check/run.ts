import {
  checkPolicies,
  createPolicyEngine,
  readPolicySettings,
  type PolicySettings,
} from '@four-keys/policies';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError, type Runtime } from '../runtime';
import { writeOutput } from '../output';
import { readRules, readSection } from '../validate/rules';
import { connect } from '../emit/deliver';
import { readContext } from '../emit/context';
import { formatReport, type ReportFormat } from './format';
import { reportOutcomes } from './outcomes';

/** The flags of `four-keys check`. */
export interface CheckFlags {
  readonly environment?: string;
  readonly level?: string;
  readonly format: ReportFormat;
  readonly output: string;
  readonly config: readonly string[];
  readonly bundle?: string;
  readonly opaUrl?: string;
  readonly catalogFile?: string;
  readonly exclude: readonly string[];
  readonly emit?: boolean;
  readonly url?: string;
  readonly token?: string;
  readonly timeout?: string;
}

/** Where the outcomes go; undefined where nobody asked for that. */
async function receiverOf(flags: CheckFlags, root: string, runtime: Runtime) {
  if (!flags.emit) {
    const idle = (['url', 'token', 'timeout'] as const).find(
      name => flags[name] !== undefined,
    );
    if (idle) {
      throw new Error(`--${idle} says something about --emit; add that, too`);
    }
    return undefined;
  }
  const context = await readContext({ ...runtime, cwd: root });
  return {
    context,
    connection: connect(flags, runtime, { url: context.url }),
  };
}

function settingsOf(
  configured: PolicySettings,
  flags: CheckFlags,
  runtime: Runtime,
): PolicySettings {
  const settings = {
    ...configured,
    ...(flags.bundle && {
      bundle: resolve(runtime.cwd, flags.bundle),
      opa: undefined,
    }),
  };
  return flags.opaUrl
    ? {
        ...settings,
        opa: {
          ...configured.opa,
          url: flags.opaUrl,
          token: runtime.env.FOUR_KEYS_OPA_TOKEN || configured.opa?.token,
        },
      }
    : settings;
}

/**
 * Checks a folder, writes the report, and with `--emit` sends what came of it;
 * the exit code is 1 when a policy fails, 2 when the check cannot be made.
 *
 * @throws UserError naming the flag, file or setting that is wrong.
 */
export async function runCheck(
  folder: string,
  flags: CheckFlags,
  runtime: Runtime,
): Promise<void> {
  const root = resolve(runtime.cwd, folder);
  if (!(await stat(root).catch(() => undefined))?.isDirectory()) {
    throw new UserError(`${folder} is no folder; name the one to check`, {
      exitCode: 2,
    });
  }
  const rules = await readRules(flags.config, runtime);
  const configured = await readSection('policies', flags.config, runtime);
  let report;
  let receiver;
  try {
    receiver = await receiverOf(flags, root, runtime);
    const settings = settingsOf(
      readPolicySettings(configured.value),
      flags,
      runtime,
    );
    report = await checkPolicies({
      engine: await createPolicyEngine(settings),
      settings,
      root,
      rules,
      environment: flags.environment,
      level: flags.level,
      catalogFile: flags.catalogFile,
      exclude: flags.exclude,
    });
  } catch (error) {
    throw new UserError((error as Error).message, { exitCode: 2 });
  }
  await writeOutput(flags.output, formatReport(report, flags.format), runtime);
  if (receiver) {
    await reportOutcomes(report, receiver, runtime);
  }
  if (report.outcome === 'fail') {
    runtime.setExitCode(1);
  }
}
