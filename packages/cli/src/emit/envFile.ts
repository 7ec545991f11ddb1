import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../runtime';

/** The file that a template stamps into what it generates. */
export const ENV_FILE = '.four-keys.env';

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(text);
  return quoted ? quoted[2] : text.replace(/(?:^|\s+)#.*$/, '');
}

/**
 * Reads lines of `KEY=VALUE`. Empty lines and comments are skipped.
 *
 * @throws UserError naming the line that is neither
 */
export function parseEnvFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(?:#|$)/.test(line)) {
      continue;
    }
    const match = LINE.exec(line);
    if (!match) {
      throw new UserError(
        `${ENV_FILE}:${
          index + 1
        } is not KEY=VALUE; mend the line or put a # before it`,
      );
    }
    values[match[1]] = unquote(match[2]);
  }
  return values;
}

/** What the file in a folder says; undefined when there is none. */
export async function readEnvFile(
  folder: string,
): Promise<Record<string, string> | undefined> {
  try {
    return parseEnvFile(await readFile(join(folder, ENV_FILE), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
