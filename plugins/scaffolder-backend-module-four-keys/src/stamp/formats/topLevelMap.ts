import { InputError } from '@backstage/errors';
import { isMap, type YAMLMap } from 'yaml';
import { applyEdits, lineEndOf, lineOf, type Edit } from '../edits';
import {
  annotationEntries,
  variableEntries,
  type Entry,
  type StampedText,
  type StampValues,
} from '../values';
import { isYamlTemplate } from '@four-keys/policies';
import { locating, parseYaml } from '../yamlFile';
import { differing, setEntries } from '../yamlMap';

/** What fills a file that holds nothing but comments. */
function append(text: string, key: string, entries: readonly Entry[]): Edit {
  const eol = lineEndOf(text);
  const lines = [
    `${key}:`,
    ...entries.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`),
  ];
  const separator = text === '' || text.endsWith('\n') ? '' : eol;
  return {
    start: text.length,
    end: text.length,
    text: separator + lines.join(eol) + eol,
  };
}

/** Sets entries of a map at the root of the last document of a YAML file. */
function stampTopLevelMap(
  path: string,
  text: string,
  { key, entries }: { key: string; entries: readonly Entry[] },
): StampedText {
  if (isYamlTemplate(text)) {
    return {
      text,
      fields: [],
      leftAlone: 'it holds {{ }} and is no YAML before a tool has filled it in',
    };
  }
  const contents = parseYaml(path, text).pop()?.contents ?? null;
  const fieldsOf = (missing: readonly Entry[]) =>
    missing.map(([name]) => `${key}.${name}`);
  if (contents === null || (isMap(contents) && contents.items.length === 0)) {
    if (contents !== null || /^(?:---|\.\.\.)/m.test(text)) {
      return { text, fields: [], leftAlone: 'it holds nothing' };
    }
    return {
      text: applyEdits(text, [append(text, key, entries)]),
      fields: fieldsOf(entries),
    };
  }
  if (!isMap(contents)) {
    throw new InputError(
      `${path}, line ${lineOf(text, contents.range[0])}: must be a map`,
    );
  }
  const map = contents as YAMLMap;
  const edits = locating(path, text, key, () =>
    setEntries(text, { map }, key, entries),
  );
  return {
    text: applyEdits(text, edits),
    fields: fieldsOf(differing(map, key, entries)),
  };
}

/** `commonAnnotations` of a kustomization, which reach every resource in it. */
export function stampKustomization(
  path: string,
  text: string,
  values: StampValues,
): StampedText {
  return stampTopLevelMap(path, text, {
    key: 'commonAnnotations',
    entries: annotationEntries(values),
  });
}

const HELM_NAMES: Readonly<Record<string, string>> = {
  FOUR_KEYS_SERVICE_ID: 'serviceId',
  FOUR_KEYS_CORRELATION_ID: 'correlationId',
  FOUR_KEYS_TEMPLATE_ID: 'templateId',
  FOUR_KEYS_TEMPLATE_VERSION: 'templateVersion',
  FOUR_KEYS_PLATFORM_VERSION: 'platformVersion',
  FOUR_KEYS_TELEMETRY_KEY: 'telemetryKey',
};

/** The values under `fourKeys`, for the chart's own templates to use. */
export function stampHelmValues(
  path: string,
  text: string,
  values: StampValues,
): StampedText {
  return stampTopLevelMap(path, text, {
    key: 'fourKeys',
    entries: variableEntries(values).map(
      ([name, value]) => [HELM_NAMES[name], value] as const,
    ),
  });
}

/** The variables of a whole GitHub Actions workflow. */
export function stampGithubWorkflow(
  path: string,
  text: string,
  values: StampValues,
): StampedText {
  return stampTopLevelMap(path, text, {
    key: 'env',
    entries: variableEntries(values),
  });
}

/** The variables of every job of a GitLab pipeline. */
export function stampGitlabPipeline(
  path: string,
  text: string,
  values: StampValues,
): StampedText {
  return stampTopLevelMap(path, text, {
    key: 'variables',
    entries: variableEntries(values),
  });
}
