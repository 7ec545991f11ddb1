import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../postgres/processes';
import { inRepository } from '../repository';

/** The Open Policy Agent that builds the policies and that tests run against. */
export const OPA_VERSION = '1.22.3';

const BINARY = inRepository('.data', 'opa', `opa-${OPA_VERSION}`);

/**
 * Says what OPA lacks on this machine, and how to get it; undefined: nothing.
 * Synchronous, because test suites decide by it whether they run.
 */
export function missingForOpa(): string | undefined {
  if (existsSync(BINARY)) {
    return undefined;
  }
  return spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0
    ? undefined
    : 'OPA is built from its Go module, once, and there is no Go: install Go and put go on the PATH';
}

/**
 * The path of the `opa` program. Builds it from its Go module the first time,
 * which takes a few minutes.
 *
 * @throws NotFoundError without Go; ServiceUnavailableError when Go cannot
 * fetch or build it.
 */
export async function opaBinary(
  onNotice: (message: string) => void = () => {},
): Promise<string> {
  if (existsSync(BINARY)) {
    return BINARY;
  }
  const missing = missingForOpa();
  if (missing) {
    throw new NotFoundError(missing);
  }
  const parent = path.dirname(BINARY);
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(path.join(parent, 'build-'));
  try {
    onNotice(`Building OPA ${OPA_VERSION} from its Go module, once`);
    const { code, output } = await run(
      'go',
      ['install', `github.com/open-policy-agent/opa@v${OPA_VERSION}`],
      { cwd: work, env: { GOBIN: work, CGO_ENABLED: '0' } },
    );
    if (code !== 0) {
      const end = output.trim().split('\n').slice(-8).join('\n');
      throw new ServiceUnavailableError(`Go could not build OPA:\n${end}`);
    }
    // A rename is all or nothing, also with several starting at once.
    await rename(path.join(work, 'opa'), BINARY);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return BINARY;
}
