import type { AnnotatedEntity } from '@four-keys/backstage-plugin-four-keys-common';
import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Region } from './finding';

/** An entity and where its parts are. */
export interface LocatedEntity {
  readonly entity: AnnotatedEntity;
  /**
   * Where an annotation is, or the place where it belongs.
   *
   * @param part - its name or its value
   */
  regionOf(annotation: string, part: 'name' | 'value'): Region;
}

/** A problem for which there is no entity to check. */
export interface FileProblem {
  readonly code: 'invalid_yaml' | 'not_an_entity';
  readonly region: Region;
  readonly problem: string;
  readonly expected: string;
  readonly remedy: string;
}

export interface FileContent {
  readonly entities: readonly LocatedEntity[];
  readonly problems: readonly FileProblem[];
}

type Range = readonly [start: number, end: number];

class Places {
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  region([start, end]: Range): Region {
    const from = this.#lines.linePos(start);
    const to = this.#lines.linePos(Math.max(start, end));
    return {
      line: Math.max(1, from.line),
      column: Math.max(1, from.col),
      endLine: Math.max(1, to.line),
      endColumn: Math.max(1, to.col),
    };
  }

  of(node: unknown, fallback: Region): Region {
    const range = (node as Node | null | undefined)?.range;
    return range ? this.region([range[0], range[1]]) : fallback;
  }
}

function mapOf(node: unknown, document: Document): YAMLMap | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  return isMap(target) ? target : undefined;
}

function pairOf(map: YAMLMap | undefined, name: string): Pair | undefined {
  return map?.items.find(
    ({ key }) => (isScalar(key) ? key.value : key) === name,
  );
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '';

/**
 * As much of the document as the check reads. Whatever has another form than
 * entities have is left out: the catalog refuses it with messages of its own.
 */
function toEntity({ kind, metadata, spec }: Fields): AnnotatedEntity {
  const { name, namespace, tags, annotations } = metadata as Fields;
  return {
    kind: kind as string,
    metadata: {
      name: name as string,
      ...(isText(namespace) ? { namespace } : {}),
      ...(Array.isArray(tags) ? { tags: tags.filter(isText) } : {}),
      ...(isFields(annotations) ? { annotations } : {}),
    },
    ...(isFields(spec) ? { spec } : {}),
  };
}

/** What an entity cannot be without, and where it should be. */
function problemOf(
  content: unknown,
  document: Document,
  places: Places,
): FileProblem | undefined {
  const root = mapOf(document.contents, document);
  const whole = places.of(
    root?.items[0]?.key ?? document.contents,
    places.region([document.range?.[0] ?? 0, document.range?.[0] ?? 0]),
  );
  const notAnEntity = (region: Region, problem: string, remedy: string) => ({
    code: 'not_an_entity' as const,
    region,
    problem,
    expected: 'an entity with kind and metadata.name',
    remedy,
  });
  if (!isFields(content)) {
    return notAnEntity(
      whole,
      'The document is no map',
      'Write an entity, or leave the file out of the check.',
    );
  }
  const at = (name: string, map = root) =>
    places.of(pairOf(map, name)?.value ?? pairOf(map, name)?.key, whole);
  if (!isText(content.kind)) {
    return notAnEntity(
      at('kind'),
      'kind is missing or no text',
      'Add kind, such as kind: Component.',
    );
  }
  if (!isFields(content.metadata)) {
    return notAnEntity(
      at('metadata'),
      'metadata is missing or no map',
      'Add metadata with a name.',
    );
  }
  const metadata = mapOf(pairOf(root, 'metadata')?.value, document);
  if (!isText(content.metadata.name)) {
    return notAnEntity(
      metadata && pairOf(metadata, 'name')
        ? at('name', metadata)
        : at('metadata'),
      'metadata.name is missing or no text',
      'Add metadata.name, in quotes where it looks like a number.',
    );
  }
  const { annotations } = content.metadata;
  if (
    annotations !== undefined &&
    annotations !== null &&
    !isFields(annotations)
  ) {
    return notAnEntity(
      at('annotations', metadata),
      'metadata.annotations is no map',
      'Write annotations as a map of names and texts.',
    );
  }
  return undefined;
}

function locate(document: Document, places: Places): LocatedEntity['regionOf'] {
  const root = mapOf(document.contents, document);
  const metadataPair = pairOf(root, 'metadata');
  const metadata = mapOf(metadataPair?.value, document);
  const annotationsPair = pairOf(metadata, 'annotations');
  const annotations = mapOf(annotationsPair?.value, document);
  const start = places.region([0, 0]);
  const belongs = places.of(
    annotationsPair?.key ?? metadataPair?.key,
    places.of(root, start),
  );
  return (annotation, part) => {
    const pair = pairOf(annotations, annotation);
    const node = part === 'value' && pair?.value ? pair.value : pair?.key;
    return places.of(node, belongs);
  };
}

/** Reads a file of one or several entities, whatever else is wrong in it. */
export function readEntities(text: string): FileContent {
  const lines = new LineCounter();
  const places = new Places(lines);
  const entities: LocatedEntity[] = [];
  const problems: FileProblem[] = [];
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    prettyErrors: false,
  });
  for (const document of documents as Document.Parsed[]) {
    const invalid = (message: string, region: Region) =>
      problems.push({
        code: 'invalid_yaml',
        region,
        problem: `The file is no YAML: ${message}`,
        expected: 'YAML that can be read',
        remedy: 'Mend the line; a value with a colon or a # needs quotes.',
      });
    for (const { message, pos } of document.errors) {
      invalid(message, places.region(pos));
    }
    if (document.errors.length > 0 || document.contents === null) {
      continue;
    }
    let content: unknown;
    try {
      content = document.toJS();
    } catch (error) {
      // An alias without its anchor, or one that grows without end.
      const { range } = document.contents;
      invalid((error as Error).message, places.region([range[0], range[0]]));
      continue;
    }
    if (content === null) {
      continue;
    }
    const problem = problemOf(content, document, places);
    if (problem) {
      problems.push(problem);
    } else if (isFields(content)) {
      entities.push({
        entity: toEntity(content),
        regionOf: locate(document, places),
      });
    }
  }
  return { entities, problems };
}
