import {
  isAlias,
  isMap,
  isScalar,
  Scalar,
  stringify,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { insertAbove, insertBelow, type Edit } from './edits';
import type { Entry } from './values';

/** A place in a YAML file at which we cannot write without harm. */
export class UnwritableYaml extends Error {
  readonly name = 'UnwritableYaml';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A map and the key that it stands under; none at the root of a document. */
export interface KeyedMap {
  readonly key?: Node;
  readonly map: YAMLMap;
}

/** Entries of a map that is to be added, one of which may be a map itself. */
export type Tree = ReadonlyArray<readonly [key: string, value: string | Tree]>;

const startOf = (node: unknown) => (node as Node).range![0];
const endOf = (node: unknown) => (node as Node).range![1];

export function findPair(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(pair => isScalar(pair.key) && pair.key.value === key);
}

/** The value as a YAML scalar on one line, in quotes when it needs them. */
function scalarText(value: string, like?: Scalar.Type): string {
  const scalar = new Scalar(value);
  scalar.type =
    like === 'QUOTE_DOUBLE' || like === 'QUOTE_SINGLE' ? like : undefined;
  return stringify(scalar, { lineWidth: 0 }).trimEnd();
}

/** How far a line that begins before `offset` is indented there. */
function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

const onOneLine = (text: string, start: number, end: number) =>
  !text.slice(start, end).includes('\n');

/** The indentation of the entries of a block map, as it is written. */
function indentOf(text: string, map: YAMLMap): string {
  const first = startOf(map.items[0].key);
  const indent = text.slice(first - columnOf(text, first), first);
  if (indent.trim() !== '') {
    throw new UnwritableYaml(
      'is written on the line of its parent; give it lines of its own',
      first,
    );
  }
  return indent;
}

/**
 * The line below which new entries of a block map go: the last one, when its
 * end is plain to see, otherwise the line above the first.
 */
function insertionLine(text: string, parentKey: Node, map: YAMLMap): number {
  const last = map.items[map.items.length - 1];
  return isScalar(last.value) &&
    onOneLine(text, startOf(last.key), endOf(last.value))
    ? endOf(last.value)
    : endOf(parentKey);
}

const flowMembers = (tree: Tree): string =>
  tree
    .map(
      ([key, value]) =>
        `${JSON.stringify(key)}: ${
          typeof value === 'string'
            ? JSON.stringify(value)
            : `{${flowMembers(value)}}`
        }`,
    )
    .join(', ');

const blockLines = (indent: string, tree: Tree): string[] =>
  tree.flatMap(([key, value]) =>
    typeof value === 'string'
      ? [`${indent}${key}: ${scalarText(value)}`]
      : [`${indent}${key}:`, ...blockLines(`${indent}  `, value)],
  );

function appendToMap(
  text: string,
  parentKey: Node,
  map: YAMLMap,
  entries: readonly Entry[],
): Edit {
  if (map.flow) {
    const start = startOf(map) + 1;
    const more = map.items.length > 0 ? ', ' : '';
    return { start, end: start, text: flowMembers(entries) + more };
  }
  const indent = indentOf(text, map);
  return insertBelow(
    text,
    insertionLine(text, parentKey, map),
    blockLines(indent, entries),
  );
}

export function replaceScalar(
  text: string,
  key: Node,
  value: unknown,
  wanted: string,
) {
  if (isScalar(value) && value.value === wanted) {
    return undefined;
  }
  if (!isScalar(value) && !isAlias(value)) {
    throw new UnwritableYaml('must be text', startOf(key));
  }
  const start = startOf(value);
  const end = endOf(value);
  const before = text.slice(start, end);
  const lineEnd = /\r?\n$/.exec(before)?.[0] ?? '';
  const space = before === '' && /[^\s]/.test(text[start - 1] ?? '') ? ' ' : '';
  const type = isScalar(value) ? value.type ?? undefined : undefined;
  return { start, end, text: space + scalarText(wanted, type) + lineEnd };
}

function isAliased(text: string, anchor: string): boolean {
  const name = anchor.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`[\\s[{,]\\*${name}(?=[\\s,\\]}]|$)`).test(text);
}

/** Whether what is written into the node would appear elsewhere, too. */
export function isShared(text: string, node: unknown): boolean {
  return (
    isAlias(node) ||
    (isMap(node) && !!node.anchor && isAliased(text, node.anchor))
  );
}

/** Those of the entries that the map under `key` does not have as they are. */
export function differing(
  parent: YAMLMap,
  key: string,
  entries: readonly Entry[],
): Entry[] {
  const own = findPair(parent, key)?.value;
  return entries.filter(([name, wanted]) => {
    const value = isMap(own) ? findPair(own, name)?.value : undefined;
    return !(isScalar(value) && value.value === wanted);
  });
}

/**
 * The edits that give the map under `key` of `parent` these entries: values
 * that differ are replaced where they stand, missing ones are added, the map
 * itself too. Everything else keeps its bytes.
 */
export function setEntries(
  text: string,
  parent: KeyedMap,
  key: string,
  entries: readonly Entry[],
): Edit[] {
  if (entries.length === 0) {
    return [];
  }
  const pair = findPair(parent.map, key);
  if (!pair) {
    return [addMap(text, parent, key, entries)];
  }
  const { value } = pair;
  const own = pair.key as Node;
  if (isAlias(value)) {
    throw new UnwritableYaml(
      'is an alias of entries that others use as well; write its entries out',
      startOf(value),
    );
  }
  if (isShared(text, value)) {
    throw new UnwritableYaml(
      'is anchored and others use its entries as well; write theirs out',
      startOf(value),
    );
  }
  if (isMap(value) && (value.items.length > 0 || value.flow)) {
    const edits: Edit[] = [];
    const missing: Entry[] = [];
    for (const entry of entries) {
      const existing = findPair(value, entry[0]);
      if (existing) {
        const edit = replaceScalar(
          text,
          existing.key as Node,
          existing.value,
          entry[1],
        );
        edits.push(...(edit ? [edit] : []));
      } else {
        missing.push(entry);
      }
    }
    return missing.length > 0
      ? [...edits, appendToMap(text, own, value, missing)]
      : edits;
  }
  if (isScalar(value) && value.value === null) {
    return fillEmpty(text, parent.map, own, value, entries);
  }
  throw new UnwritableYaml('must be a map', startOf(own));
}

function fillEmpty(
  text: string,
  parent: YAMLMap,
  key: Node,
  value: Scalar,
  entries: readonly Entry[],
): Edit[] {
  const written = text.slice(startOf(value), endOf(value));
  if (written !== '' || parent.flow) {
    const space = /\s/.test(text[startOf(value) - 1]) ? '' : ' ';
    return [
      {
        start: startOf(value),
        end: endOf(value),
        text: `${space}{${flowMembers(entries)}}`,
      },
    ];
  }
  const indent = `${indentOf(text, parent)}  `;
  return [insertBelow(text, endOf(key), blockLines(indent, entries))];
}

/** Keys that a new map looks well below, the best one first. */
const NEIGHBOURS = ['name', 'kind', 'apiVersion'];

/** Adds a map that is not there yet to a map that is. */
export function addMap(
  text: string,
  parent: KeyedMap,
  key: string,
  tree: Tree,
): Edit {
  const { map } = parent;
  if (map.flow) {
    const start = startOf(map) + 1;
    const more = map.items.length > 0 ? ', ' : '';
    return { start, end: start, text: flowMembers([[key, tree]]) + more };
  }
  const indent = indentOf(text, map);
  const lines = blockLines(indent, [[key, tree]]);
  const neighbour = NEIGHBOURS.map(name => findPair(map, name)).find(
    pair =>
      pair &&
      isScalar(pair.value) &&
      onOneLine(text, startOf(pair.key), endOf(pair.value)),
  );
  if (neighbour) {
    return insertBelow(text, endOf(neighbour.value), lines);
  }
  return parent.key
    ? insertBelow(text, endOf(parent.key), lines)
    : insertAbove(text, startOf(map.items[0].key), lines);
}
