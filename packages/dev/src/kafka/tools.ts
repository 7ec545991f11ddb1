import { NotFoundError } from '@backstage/errors';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const OLDEST_JAVA = 17;

/** The programs that run a broker; undefined where a machine has none. */
export function javaCommand(): string | undefined {
  const home = process.env.JAVA_HOME;
  const candidates = [
    ...(home ? [path.join(home, 'bin', 'java')] : []),
    'java',
  ];
  return candidates.find(command => {
    const { status, stderr } = spawnSync(command, ['-version'], {
      encoding: 'utf8',
    });
    const version = /version "(\d+)/.exec(stderr ?? '')?.[1];
    return status === 0 && Number(version) >= OLDEST_JAVA;
  });
}

function hasMaven(): boolean {
  return (
    spawnSync('mvn', ['-v'], {
      stdio: 'ignore',
      shell: process.platform === 'win32',
    }).status === 0
  );
}

/**
 * Says what a Kafka broker lacks on this machine, and how to get it;
 * undefined: nothing. Synchronous, because test suites decide by it whether
 * they run.
 */
export function missingForKafka(libsDir: string): string | undefined {
  if (javaCommand() === undefined) {
    return `Kafka needs Java ${OLDEST_JAVA} or later, and there is none: install a JDK or JRE, and put java on the PATH or set JAVA_HOME`;
  }
  if (!existsSync(libsDir) && !hasMaven()) {
    return `Kafka is fetched with Maven, once, and there is none: install Maven and put mvn on the PATH, or copy ${libsDir} from a machine that has it`;
  }
  return undefined;
}

/** @throws NotFoundError that names what to install. */
export function requireKafkaTools(libsDir: string): string {
  const missing = missingForKafka(libsDir);
  const java = javaCommand();
  if (missing !== undefined || java === undefined) {
    throw new NotFoundError(missing ?? 'Kafka needs Java');
  }
  return java;
}
