import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type {
  CatalogServices,
  Source,
  SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';

/** A source under the path that its vendor sends to. */
export interface ConfiguredSource {
  readonly type: SourceType;
  readonly instance: string;
  readonly source: Source;
  readonly config: Config;
}

/** What the sources may know besides the configuration. */
export interface SourcesContext {
  readonly catalog: CatalogServices;
  /** Whether there are credentials for the API of an installation. */
  canLookUp(options: {
    type: string;
    instance: string;
    config: Config;
  }): boolean;
}

const INSTANCE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

function readSource(
  config: Config,
  types: readonly SourceType[],
  context: SourcesContext,
): ConfiguredSource {
  const name = config.getString('type');
  const instance = config.getString('instance');
  const type = types.find(one => one.type === name);
  if (!type) {
    throw new InputError(
      `type is "${name}", it must be one of ${types
        .map(one => one.type)
        .join(', ')}`,
    );
  }
  if (!INSTANCE.test(instance)) {
    throw new InputError(
      `instance is "${instance}", it must be 1 to 100 of A-Z, a-z, 0-9, ".", "_" and "-", such as github.com`,
    );
  }
  const source = type.fromConfig(config, {
    instance,
    catalog: context.catalog,
    canLookUp: context.canLookUp({ type: name, instance, config }),
  });
  return { type, instance, source, config };
}

/** Reads `fourKeys.sources`; every message names the entry and the key. */
export function readSources(
  root: Config,
  types: readonly SourceType[],
  context: SourcesContext,
): ConfiguredSource[] {
  const entries = root.getOptionalConfigArray('fourKeys.sources') ?? [];
  const sources = entries.map((entry, index) => {
    try {
      return readSource(entry, types, context);
    } catch (error) {
      throw new InputError(
        `fourKeys.sources[${index}]: ${
          error instanceof Error ? error.message : error
        }`,
      );
    }
  });
  sources.forEach(({ type, instance }, index) => {
    const first = sources.findIndex(
      other => other.type.type === type.type && other.instance === instance,
    );
    if (first !== index) {
      throw new InputError(
        `fourKeys.sources[${index}]: type and instance are those of fourKeys.sources[${first}]; give every installation an instance of its own`,
      );
    }
  });
  return sources;
}
