import { applyEdits, lineEndOf, type Edit } from './edits';
import { variableEntries, type StampedText, type StampValues } from './values';

/** Where pipelines find the ids, in the root of the generated repository. */
export const ENV_FILE = '.four-keys.env';

/** Quoted only where a shell needs it: GitHub's environment file knows no quotes. */
function shellText(value: string): string {
  return /^[A-Za-z0-9._/:@+-]*$/.test(value)
    ? value
    : `'${value.replace(/'/g, `'\\''`)}'`;
}

/**
 * The file of variables with the stamped ones set: `NAME=value` lines without
 * comments, which a shell, dotenv and the environment files of CI systems all
 * read. Lines of others stay as they are.
 */
export function stampEnvFile(text: string, values: StampValues): StampedText {
  const edits: Edit[] = [];
  const added: string[] = [];
  const fields: string[] = [];
  const variables = variableEntries(values);
  if (values.url !== undefined) {
    variables.push(['FOUR_KEYS_URL', values.url]);
  }
  for (const [name, value] of variables) {
    const line = `${name}=${shellText(value)}`;
    const existing = new RegExp(`^${name}=[^\\r\\n]*`, 'm').exec(text);
    if (existing?.[0] === line) {
      continue;
    }
    fields.push(name);
    if (existing) {
      const start = existing.index;
      edits.push({ start, end: start + existing[0].length, text: line });
    } else {
      added.push(line);
    }
  }
  if (added.length > 0) {
    const eol = lineEndOf(text);
    const separator = text === '' || text.endsWith('\n') ? '' : eol;
    edits.push({
      start: text.length,
      end: text.length,
      text: separator + added.map(line => line + eol).join(''),
    });
  }
  return { text: applyEdits(text, edits), fields };
}
