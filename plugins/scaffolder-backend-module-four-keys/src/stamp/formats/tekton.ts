import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { applyEdits, insertAbove, insertBelow, type Edit } from '../edits';
import {
  variableEntries,
  type Entry,
  type StampedText,
  type StampValues,
} from '../values';
import { isYamlTemplate } from '@four-keys/policies';
import { locating, parseYaml } from '../yamlFile';
import { findPair, replaceScalar, UnwritableYaml } from '../yamlMap';

/** What carries the value of a parameter, by the kind of the resource. */
const VALUE_OF: Readonly<Record<string, 'default' | 'value'>> = {
  Pipeline: 'default',
  PipelineRun: 'value',
};

/** Tekton writes its parameters with dashes. */
const paramName = (variable: string) =>
  variable.toLowerCase().replace(/_/g, '-');

const startOf = (node: unknown) => (node as Node).range![0];

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function blockItems(
  indent: string,
  field: string,
  entries: readonly Entry[],
): string[] {
  return entries.flatMap(([name, value]) => [
    `${indent}- name: ${name}`,
    ...(field === 'default' ? [`${indent}  type: string`] : []),
    `${indent}  ${field}: ${JSON.stringify(value)}`,
  ]);
}

const flowItems = (field: string, entries: readonly Entry[]) =>
  entries
    .map(
      ([name, value]) =>
        `{"name": "${name}", "${field}": ${JSON.stringify(value)}}`,
    )
    .join(', ');

function addParams(options: {
  text: string;
  spec: YAMLMap;
  field: string;
  entries: readonly Entry[];
}): Edit {
  const { text, spec, field, entries } = options;
  const pair = findPair(spec, 'params');
  const list = pair?.value;
  if (!pair) {
    if (spec.flow || spec.items.length === 0) {
      throw new UnwritableYaml(
        'has no params; give it "params: []"',
        startOf(spec),
      );
    }
    const first = startOf(spec.items[0].key);
    const indent = ' '.repeat(columnOf(text, first));
    return insertAbove(text, first, [
      `${indent}params:`,
      ...blockItems(`${indent}  `, field, entries),
    ]);
  }
  if (!isSeq(list)) {
    throw new UnwritableYaml('params must be a list', startOf(pair.key));
  }
  if (list.flow) {
    const start = startOf(list) + 1;
    const more = list.items.length > 0 ? ', ' : '';
    return { start, end: start, text: flowItems(field, entries) + more };
  }
  const indent = ' '.repeat(columnOf(text, startOf(list)));
  return insertBelow(
    text,
    startOf(pair.key),
    blockItems(indent, field, entries),
  );
}

function findParam(spec: YAMLMap, name: string): YAMLMap | undefined {
  const list = findPair(spec, 'params')?.value;
  const items = isSeq(list) ? list.items : [];
  return items.find(
    (item): item is YAMLMap => isMap(item) && item.get('name') === name,
  );
}

function setParam(text: string, param: YAMLMap, field: string, value: string) {
  const pair = findPair(param, field);
  if (!pair) {
    throw new UnwritableYaml(
      `parameter has no ${field}; give it one, or remove the parameter`,
      startOf(param),
    );
  }
  return replaceScalar(text, pair.key as Node, pair.value, value);
}

/**
 * Sets the ids as parameters: with their defaults in a Pipeline, with their
 * values in a PipelineRun.
 */
export function stampTekton(
  path: string,
  text: string,
  values: StampValues,
): StampedText {
  if (isYamlTemplate(text)) {
    return {
      text,
      fields: [],
      leftAlone: 'it holds {{ }} and is no YAML before a tool has filled it in',
    };
  }
  const edits: Edit[] = [];
  const fields: string[] = [];
  let resources = 0;
  const wanted = variableEntries(values).map(
    ([name, value]) => [paramName(name), value] as const,
  );
  for (const document of parseYaml(path, text)) {
    const kind = document.get('kind');
    const field = VALUE_OF[String(kind)];
    const spec = document.get('spec');
    const apiVersion = String(document.get('apiVersion'));
    if (!field || !isMap(spec) || !apiVersion.startsWith('tekton.dev/')) {
      continue;
    }
    resources++;
    const name = document.getIn(['metadata', 'name']) ?? '';
    const missing: Entry[] = [];
    for (const [param, value] of wanted) {
      const existing = findParam(spec, param);
      const current = existing && findPair(existing, field)?.value;
      if (isScalar(current) && current.value === value) {
        continue;
      }
      fields.push(`${kind}/${name} ${param}`);
      if (existing) {
        const edit = locating(path, text, param, () =>
          setParam(text, existing, field, value),
        );
        edits.push(...(edit ? [edit] : []));
      } else {
        missing.push([param, value]);
      }
    }
    if (missing.length > 0) {
      edits.push(
        locating(path, text, 'spec', () =>
          addParams({ text, spec, field, entries: missing }),
        ),
      );
    }
  }
  return resources > 0
    ? { text: applyEdits(text, edits), fields }
    : { text, fields: [], leftAlone: 'it holds no Pipeline or PipelineRun' };
}
