import { detectCi, repositoryPath, type CiFacts } from '../ci';
import { readGit } from '../git/command';
import type { Runtime } from '../runtime';
import { readEnvFile } from './envFile';

/** What is known before any flag is read. */
export interface EmitContext {
  readonly ci?: CiFacts;
  readonly serviceId?: string;
  readonly correlationId?: string;
  readonly templateId?: string;
  readonly templateVersion?: string;
  readonly telemetryKey?: string;
  readonly url?: string;
  readonly token?: string;
  readonly typePrefix?: string;
  /** Head of the working directory, when that is the service's own. */
  readonly head?: { readonly commitSha: string; readonly branch?: string };
}

const lastSegment = (path: string | undefined) =>
  path?.split('/').filter(Boolean).at(-1);

/** `id@version`, as the annotation `four-keys.dev/template` spells it. */
function splitTemplate(text: string | undefined) {
  const at = text?.lastIndexOf('@') ?? -1;
  return text && at > 0
    ? { id: text.slice(0, at), version: text.slice(at + 1) }
    : { id: text, version: undefined };
}

async function readHead(cwd: string): Promise<EmitContext['head']> {
  const commitSha = await readGit(cwd, ['rev-parse', '--verify', 'HEAD']);
  if (!commitSha) {
    return undefined;
  }
  const branch = await readGit(cwd, ['symbolic-ref', '--short', 'HEAD']);
  return { commitSha, ...(branch ? { branch } : {}) };
}

/**
 * Collects what the process environment, `.four-keys.env`, the CI system and
 * git say, in this order.
 *
 * The commit of the working directory counts only where `.four-keys.env` marks
 * it as the service's own: a person in some other repository must not tie its
 * commits to the service.
 */
export async function readContext(runtime: Runtime): Promise<EmitContext> {
  const { env, cwd } = runtime;
  const file = await readEnvFile(cwd);
  const value = (name: string) => env[name] || file?.[name] || undefined;
  const ci = detectCi(env);
  const template = splitTemplate(value('FOUR_KEYS_TEMPLATE'));
  const context = {
    ci,
    serviceId: value('FOUR_KEYS_SERVICE_ID') ?? lastSegment(ci?.repository),
    correlationId: value('FOUR_KEYS_CORRELATION_ID'),
    templateId: value('FOUR_KEYS_TEMPLATE_ID') ?? template.id,
    templateVersion: value('FOUR_KEYS_TEMPLATE_VERSION') ?? template.version,
    telemetryKey: value('FOUR_KEYS_TELEMETRY_KEY'),
    url: value('FOUR_KEYS_URL'),
    // A token in a committed file would be no secret: the process alone has it.
    token: env.FOUR_KEYS_TOKEN || undefined,
    typePrefix: value('FOUR_KEYS_TYPE_PREFIX'),
  };
  if (context.serviceId && (ci || !file)) {
    return context;
  }
  return {
    ...context,
    serviceId:
      context.serviceId ??
      lastSegment(
        repositoryPath(
          await readGit(cwd, ['config', '--get', 'remote.origin.url']),
        ),
      ),
    ...(file && !ci ? { head: await readHead(cwd) } : {}),
  };
}
