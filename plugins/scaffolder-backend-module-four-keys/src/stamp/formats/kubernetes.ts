import { isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { applyEdits, type Edit } from '../edits';
import {
  annotationEntries,
  type Entry,
  type StampedText,
  type StampValues,
} from '../values';
import { isYamlTemplate } from '@four-keys/policies';
import { locating, parseYaml } from '../yamlFile';
import {
  addMap,
  differing,
  findPair,
  isShared,
  setEntries,
  type KeyedMap,
} from '../yamlMap';

const LABEL_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/** Kustomize and the catalog have their own ways to be stamped. */
const NOT_MANIFESTS =
  /^(?:kustomize\.config\.k8s\.io|backstage\.io|four-keys\.dev)\//;

/** Where the template of the pods is, below the resource. */
const POD_TEMPLATES = [
  ['spec', 'template'],
  ['spec', 'jobTemplate', 'spec', 'template'],
];

interface Writer {
  readonly edits: Edit[];
  readonly fields: string[];
  resources: number;
}

function child(map: YAMLMap, key: string): KeyedMap | undefined {
  const pair = findPair(map, key);
  return pair && isMap(pair.value)
    ? { key: pair.key as Node, map: pair.value }
    : undefined;
}

function descend(map: YAMLMap, path: readonly string[]): KeyedMap | undefined {
  let at: KeyedMap | undefined = { map };
  for (const key of path) {
    at = at && child(at.map, key);
  }
  return at;
}

function resourcesOf(resource: YAMLMap): YAMLMap[] {
  const items = resource.get('items');
  return resource.get('kind') === 'List' && isSeq(items)
    ? items.items.filter((item): item is YAMLMap => isMap(item))
    : [resource];
}

/**
 * A label where its value may be one and the labels are not those of a
 * selector, which cannot be changed later; else an annotation. An annotation
 * that is there already is kept up to date.
 */
function split(text: string, metadata: YAMLMap, entries: readonly Entry[]) {
  const labels = findPair(metadata, 'labels')?.value;
  const annotations = child(metadata, 'annotations')?.map;
  const isLabel = ([, value]: Entry) =>
    !isShared(text, labels) && LABEL_VALUE.test(value);
  return {
    labels: entries.filter(isLabel),
    annotations: entries.filter(
      entry =>
        !isLabel(entry) || (annotations && findPair(annotations, entry[0])),
    ),
  };
}

function stampMetadata(options: {
  text: string;
  name: string;
  metadata: KeyedMap;
  entries: readonly Entry[];
  to: Writer;
}) {
  const { text, name, metadata, entries, to } = options;
  const parts = split(text, metadata.map, entries);
  for (const key of ['labels', 'annotations'] as const) {
    to.edits.push(...setEntries(text, metadata, key, parts[key]));
    for (const [entry] of differing(metadata.map, key, parts[key])) {
      to.fields.push(`${name} ${key} ${entry}`);
    }
  }
}

function stampPodTemplate(options: {
  text: string;
  name: string;
  template: KeyedMap;
  entries: readonly Entry[];
  to: Writer;
}) {
  const { text, name, template, entries, to } = options;
  const metadata = child(template.map, 'metadata');
  if (metadata) {
    stampMetadata({ text, name, metadata, entries, to });
    return;
  }
  if (findPair(template.map, 'metadata')) {
    return;
  }
  const labels = entries.filter(([, value]) => LABEL_VALUE.test(value));
  const annotations = entries.filter(([, value]) => !LABEL_VALUE.test(value));
  const tree = [
    ['labels', labels] as const,
    ['annotations', annotations] as const,
  ].filter(([, own]) => own.length > 0);
  to.edits.push(addMap(text, template, 'metadata', tree));
  for (const [key, own] of tree) {
    to.fields.push(...own.map(([entry]) => `${name} ${key} ${entry}`));
  }
}

function stampResource(
  text: string,
  resource: YAMLMap,
  values: StampValues,
  to: Writer,
) {
  const kind = resource.get('kind');
  const apiVersion = resource.get('apiVersion');
  const metadata = child(resource, 'metadata');
  if (
    typeof kind !== 'string' ||
    typeof apiVersion !== 'string' ||
    NOT_MANIFESTS.test(apiVersion) ||
    !metadata
  ) {
    return;
  }
  to.resources++;
  const given = metadata.map.get('name') ?? metadata.map.get('generateName');
  const name = `${kind}/${String(given ?? '')}`;
  const entries = annotationEntries(values);
  stampMetadata({ text, name, metadata, entries, to });
  for (const path of POD_TEMPLATES) {
    const template = descend(resource, path);
    if (template && child(template.map, 'spec')?.map.has('containers')) {
      stampPodTemplate({ text, name: `${name} pods`, template, entries, to });
    }
  }
}

/**
 * Stamps every resource of a file of Kubernetes manifests, and the pods that
 * it makes. Selectors are never touched.
 *
 * @throws InputError naming file and line where the file cannot be stamped.
 */
export function stampManifests(
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
  const to: Writer = { edits: [], fields: [], resources: 0 };
  locating(path, text, 'metadata', () => {
    for (const { contents } of parseYaml(path, text)) {
      if (isMap(contents)) {
        for (const resource of resourcesOf(contents as YAMLMap)) {
          stampResource(text, resource, values, to);
        }
      }
    }
  });
  return to.resources > 0
    ? { text: applyEdits(text, to.edits), fields: to.fields }
    : { text, fields: [], leftAlone: 'it holds no Kubernetes resource' };
}
