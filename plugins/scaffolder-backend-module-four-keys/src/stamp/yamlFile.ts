import { InputError } from '@backstage/errors';
import { parseAllDocuments, type Document } from 'yaml';
import { lineOf } from './edits';
import { UnwritableYaml } from './yamlMap';

function parse(text: string): Document.Parsed[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  return Array.isArray(documents) ? documents : [];
}

/**
 * The documents of a YAML file.
 *
 * @throws InputError naming the file and the line that cannot be parsed.
 */
export function parseYaml(path: string, text: string): Document.Parsed[] {
  const documents = parse(text);
  for (const { errors } of documents) {
    if (errors.length > 0) {
      const [{ message, pos }] = errors;
      throw new InputError(
        `${path}, line ${lineOf(text, pos[0])}: ${
          message.split(' at line')[0]
        }. Only plain YAML can be stamped; correct the file in the template's skeleton`,
      );
    }
  }
  return documents;
}

/** Runs `write`, and names file and line where it finds no safe place. */
export function locating<T>(
  path: string,
  text: string,
  what: string,
  write: () => T,
): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof UnwritableYaml) {
      throw new InputError(
        `${path}, line ${lineOf(text, error.offset)}: ${what} ${error.message}`,
      );
    }
    throw error;
  }
}
