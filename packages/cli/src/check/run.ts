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
import { formatReport, type ReportFormat } from './format';

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
 * Checks a folder and writes the report; the exit code is 1 when a policy
 * fails, 2 when the check cannot be made.
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
  try {
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
  if (report.outcome === 'fail') {
    runtime.setExitCode(1);
  }
}
