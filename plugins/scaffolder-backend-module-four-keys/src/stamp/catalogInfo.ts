import { InputError } from '@backstage/errors';
import {
  ANNOTATION_SERVICE_ID,
  ANNOTATION_TELEMETRY_KEY,
} from '@four-keys/backstage-plugin-four-keys-common';
import { isMap, type Document, type Node, type YAMLMap } from 'yaml';
import { applyEdits, lineOf, type Edit } from './edits';
import {
  lineageEntries,
  type Entry,
  type StampedText,
  type StampValues,
} from './values';
import { locating, parseYaml } from './yamlFile';
import { findPair, setEntries, type KeyedMap } from './yamlMap';

/** The parts of an entity document that stamping reads. */
interface EntityDocument {
  readonly kind: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly metadata: KeyedMap;
}

function readEntity(
  path: string,
  text: string,
  document: Document.Parsed,
): EntityDocument | undefined {
  const { contents } = document;
  if (!isMap(contents)) {
    return undefined;
  }
  const pair = findPair(contents as YAMLMap, 'metadata');
  const kind = document.get('kind');
  if (!pair || !isMap(pair.value) || typeof kind !== 'string') {
    return undefined;
  }
  const metadata: KeyedMap = { key: pair.key as Node, map: pair.value };
  const name = metadata.map.get('name');
  if (typeof name !== 'string' || name === '') {
    throw new InputError(
      `${path}, line ${lineOf(
        text,
        (pair.key as Node).range![0],
      )}: metadata.name must be text; is a placeholder of the template left?`,
    );
  }
  const annotations: unknown = document.toJS().metadata.annotations;
  return {
    kind,
    name,
    annotations: (annotations ?? {}) as EntityDocument['annotations'],
    metadata,
  };
}

function readEntities(path: string, text: string): EntityDocument[] {
  return parseYaml(path, text)
    .map(document => readEntity(path, text, document))
    .filter((entity): entity is EntityDocument => entity !== undefined);
}

const isComponent = ({ kind }: EntityDocument) =>
  kind.toLowerCase() === 'component';

/** The service id and telemetry key that a catalog file gives to its first component. */
export function readIdentity(
  path: string,
  text: string,
): { serviceId?: string; telemetryKey?: string } {
  const component = readEntities(path, text).find(isComponent);
  const annotation = (key: string) => {
    const value = component?.annotations[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    serviceId: annotation(ANNOTATION_SERVICE_ID) ?? component?.name,
    telemetryKey: annotation(ANNOTATION_TELEMETRY_KEY),
  };
}

/**
 * The given identity is that of the first component alone, because a service
 * id is unique in the catalog; further components keep what they say.
 */
function identityEntries(
  entity: EntityDocument,
  isFirst: boolean,
  given: StampValues,
): Entry[] {
  const own = (key: string, otherwise: string | undefined) => {
    const value = entity.annotations[key];
    return typeof value === 'string' && value !== '' ? value : otherwise;
  };
  const serviceId = isFirst
    ? given.serviceId
    : own(ANNOTATION_SERVICE_ID, entity.name);
  const telemetryKey = isFirst
    ? given.telemetryKey
    : own(ANNOTATION_TELEMETRY_KEY, given.telemetryKey);
  return [
    ...(serviceId ? [[ANNOTATION_SERVICE_ID, serviceId] as const] : []),
    ...(telemetryKey
      ? [[ANNOTATION_TELEMETRY_KEY, telemetryKey] as const]
      : []),
  ];
}

/**
 * Stamps every entity of a catalog file: the lineage into all of them, the
 * identity into the components. Comments, order, quotes and line ends stay.
 *
 * @throws InputError naming file and line where the file cannot be stamped.
 */
export function stampCatalogInfo(
  path: string,
  text: string,
  values: StampValues,
): StampedText {
  const entities = readEntities(path, text);
  if (entities.length === 0) {
    throw new InputError(
      `${path} holds no entity: at least one document must have kind and metadata`,
    );
  }
  const first = entities.find(isComponent);
  const edits: Edit[] = [];
  const fields: string[] = [];
  for (const entity of entities) {
    const entries = [
      ...lineageEntries(values),
      ...(isComponent(entity)
        ? identityEntries(entity, entity === first, values)
        : []),
    ];
    edits.push(
      ...locating(path, text, 'metadata.annotations', () =>
        setEntries(text, entity.metadata, 'annotations', entries),
      ),
    );
    for (const [key, value] of entries) {
      if (entity.annotations[key] !== value) {
        fields.push(`${entity.kind}/${entity.name} ${key}`);
      }
    }
  }
  return { text: applyEdits(text, edits), fields };
}
