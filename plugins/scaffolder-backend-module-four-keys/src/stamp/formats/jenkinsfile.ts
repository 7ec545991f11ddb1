import { InputError } from '@backstage/errors';
import { applyEdits, lineEndOf, lineOf, type Edit } from '../edits';
import {
  variableEntries,
  type Entry,
  type StampedText,
  type StampValues,
} from '../values';
import {
  blankOpaque,
  readBlocks,
  UnbalancedBraces,
  type Block,
} from './groovy';

const groovyText = (value: string) =>
  `'${value.replace(/['\\]/g, one => `\\${one}`)}'`;

function pipelineOf(path: string, text: string): Block | undefined {
  try {
    return readBlocks(text).find(({ name }) => name === 'pipeline');
  } catch (error) {
    if (error instanceof UnbalancedBraces) {
      throw new InputError(
        `${path}, line ${lineOf(text, error.offset)}: ${
          error.message
        }; correct the file in the template's skeleton`,
      );
    }
    throw error;
  }
}

/** How the line of the place begins. */
const indentAt = (text: string, offset: number) =>
  /^[^\S\n]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))![0];

/** How the lines of a block are indented. */
function indentWithin(text: string, block: Block): string {
  const first = /\n([^\S\n]*)\S/.exec(
    text.slice(block.open + 1, block.close),
  )?.[1];
  return first ?? `${indentAt(text, block.open)}    `;
}

/** Where the value of a variable stands; undefined: it is not set. */
function findVariable(
  path: string,
  text: string,
  environment: Block,
  name: string,
): { start: number; end: number } | undefined {
  const body = text.slice(environment.open + 1, environment.close);
  const assignment = new RegExp(`^[^\\S\\n]*${name}[^\\S\\n]*=[^\\S\\n]*`, 'm');
  const found = assignment.exec(body);
  if (!found) {
    return undefined;
  }
  const start = environment.open + 1 + found.index + found[0].length;
  const value = /^(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/.exec(
    text.slice(start),
  )?.[0];
  const rest = text.slice(start + (value?.length ?? 0)).split('\n')[0];
  if (value === undefined || blankOpaque(rest).trim() !== '') {
    throw new InputError(
      `${path}, line ${lineOf(
        text,
        start,
      )}: ${name} must be text in quotes; remove the line to have it stamped`,
    );
  }
  return { start, end: start + value.length };
}

function insertInto(
  text: string,
  block: Block,
  lines: readonly string[],
): Edit {
  const eol = lineEndOf(text);
  const start = block.open + 1;
  const alone = /^[^\S\n]*\r?\n/.test(text.slice(start));
  const end = `${eol}${alone ? '' : indentAt(text, block.open)}`;
  return {
    start,
    end: start,
    text: eol + lines.join(eol) + (alone ? '' : end),
  };
}

function setVariables(options: {
  path: string;
  text: string;
  pipeline: Block;
  entries: readonly Entry[];
}): { edits: Edit[]; fields: string[] } {
  const { path, text, pipeline, entries } = options;
  const environment = pipeline.children.find(
    ({ name }) => name === 'environment',
  );
  const outer = indentWithin(text, pipeline);
  const assign = (indent: string, list: readonly Entry[]) =>
    list.map(([name, value]) => `${indent}${name} = ${groovyText(value)}`);
  if (!environment) {
    const lines = [
      `${outer}environment {`,
      ...assign(`${outer}    `, entries),
      `${outer}}`,
    ];
    return {
      edits: [insertInto(text, pipeline, lines)],
      fields: entries.map(([name]) => name),
    };
  }
  const edits: Edit[] = [];
  const fields: string[] = [];
  const missing: Entry[] = [];
  for (const [name, value] of entries) {
    const place = findVariable(path, text, environment, name);
    const wanted = groovyText(value);
    const current = place && text.slice(place.start, place.end);
    if (!place) {
      missing.push([name, value]);
      fields.push(name);
    } else if (current !== wanted && current !== `"${value}"`) {
      edits.push({ ...place, text: wanted });
      fields.push(name);
    }
  }
  if (missing.length > 0) {
    const inner = indentWithin(text, environment);
    edits.push(insertInto(text, environment, assign(inner, missing)));
  }
  return { edits, fields };
}

/**
 * Sets the ids in the `environment` of a declarative pipeline.
 *
 * @throws InputError naming file and line where the file cannot be read.
 */
export function stampJenkinsfile(
  path: string,
  text: string,
  values: StampValues,
): StampedText {
  const pipeline = pipelineOf(path, text);
  if (!pipeline) {
    return {
      text,
      fields: [],
      leftAlone:
        'it is no declarative pipeline; read .four-keys.env in its script',
    };
  }
  const { edits, fields } = setVariables({
    path,
    text,
    pipeline,
    entries: variableEntries(values),
  });
  return { text: applyEdits(text, edits), fields };
}
