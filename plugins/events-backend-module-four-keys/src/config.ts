import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Source, SourceType } from './sources';

/** A source under the path that its vendor sends to. */
export interface ConfiguredSource {
  readonly type: string;
  readonly instance: string;
  readonly source: Source;
}

const INSTANCE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

function readSource(
  config: Config,
  types: readonly SourceType[],
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
  return { type: name, instance, source: type.fromConfig(config) };
}

/** Reads `fourKeys.sources`; every message names the entry and the key. */
export function readSources(
  root: Config,
  types: readonly SourceType[],
): ConfiguredSource[] {
  const entries = root.getOptionalConfigArray('fourKeys.sources') ?? [];
  const sources = entries.map((entry, index) => {
    try {
      return readSource(entry, types);
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
      other => other.type === type && other.instance === instance,
    );
    if (first !== index) {
      throw new InputError(
        `fourKeys.sources[${index}]: type and instance are those of fourKeys.sources[${first}]; give every installation an instance of its own`,
      );
    }
  });
  return sources;
}
