import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { run } from '../postgres/processes';
import { inRepository } from '../repository';
import lock from './libs.lock.json';

/** Where the jars lie once fetched; the name changes with what is pinned. */
export function libsFolder(): string {
  const pinned = createHash('sha256')
    .update(JSON.stringify(lock))
    .digest('hex');
  return inRepository(
    '.data',
    'kafka',
    `libs-${lock.version}-${pinned.slice(0, 8)}`,
  );
}

/**
 * Makes sure that the jars of the broker lie on this machine, byte for byte
 * those that the lock file names.
 *
 * @throws ServiceUnavailableError when Maven cannot fetch them; ConflictError
 * when what it fetched is not what was pinned.
 */
export async function fetchLibs(
  onNotice: (message: string) => void,
): Promise<string> {
  const folder = libsFolder();
  if (existsSync(folder)) {
    return folder;
  }
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(path.join(parent, 'fetch-'));
  try {
    onNotice(`Fetching Kafka ${lock.version} with Maven, once (about 44 MB)`);
    await fetchWithMaven(work);
    const fetched = path.join(work, 'libs');
    await requirePinned(fetched);
    // A rename is all or nothing: what exists under the final name is complete
    // and checked, also after a crash and with several starting at once.
    await rename(fetched, folder).catch(error => {
      if (!existsSync(folder)) {
        throw error;
      }
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function fetchWithMaven(work: string): Promise<void> {
  await writeFile(path.join(work, 'pom.xml'), pom());
  const { code, output } = await run(
    'mvn',
    [
      '-q',
      '-B',
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      '-DoutputDirectory=libs',
    ],
    { cwd: work },
  );
  if (code !== 0) {
    const end = output.trim().split('\n').slice(-8).join('\n');
    throw new ServiceUnavailableError(`Maven could not fetch Kafka:\n${end}`);
  }
}

function pom(): string {
  const dependencies = lock.artifacts.map(name => {
    const [group, artifact, version] = name.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>four-keys</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
}

async function requirePinned(folder: string): Promise<void> {
  const pinned = new Map(Object.entries(lock.sha256));
  const wrong: string[] = [];
  for (const name of await readdir(folder)) {
    const bytes = await readFile(path.join(folder, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (pinned.get(name) !== sha256) {
      wrong.push(name);
    }
    pinned.delete(name);
  }
  wrong.push(...pinned.keys());
  if (wrong.length > 0) {
    throw new ConflictError(
      `These files of Kafka ${
        lock.version
      } are missing or not those that libs.lock.json pins, so none is used: ${wrong.join(
        ', ',
      )}`,
    );
  }
}
