import { InputError } from '@backstage/errors';
import { isMap, parseAllDocuments, visit, type Document } from 'yaml';
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

/**
 * Whether the file is the source of YAML rather than YAML: `{{ }}` outside of
 * text. YAML itself reads that as a map with a map as its key.
 */
export function hasTemplateExpressions(text: string): boolean {
  if (!text.includes('{{')) {
    return false;
  }
  return parse(text).some(document => {
    let found = document.errors.length > 0;
    visit(document, {
      Map(_, map) {
        found ||= isMap(map) && text.startsWith('{{', map.range?.[0]);
        return found ? visit.BREAK : undefined;
      },
    });
    return found;
  });
}
