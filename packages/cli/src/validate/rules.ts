import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigReader, type AppConfig } from '@backstage/config';
import {
  readAnnotationRules,
  type AnnotationRules,
} from '@four-keys/backstage-plugin-four-keys-common';
import { parseDocument } from 'yaml';
import { UserError, type Runtime } from '../runtime';

const DEFAULT_FILE = 'app-config.yaml';

/** The keys by which a file of nothing but rules is told from an app-config. */
const RULE_KEYS = [
  'mode',
  'rules',
  'runtimes',
  'deployTypes',
  'complianceLevels',
  'schemaVersion',
  'docsUrl',
];

const cannotCheck = (message: string) =>
  new UserError(message, { exitCode: 2 });

type Json = AppConfig['data'][string];

const isMap = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fills in `${VARIABLE}` and `${VARIABLE:-default}`; undefined: one of them is not set. */
function substitute(text: string, env: Runtime['env']): string | undefined {
  let missing = false;
  const filled = text.replace(
    /\$\$\{|\$\{([^{}:]+)(?::-([^{}]*))?\}/g,
    (whole, name: string | undefined, fallback: string | undefined) => {
      if (name === undefined) {
        return whole.slice(1);
      }
      const value = env[name.trim()] ?? fallback;
      missing ||= value === undefined;
      return value ?? '';
    },
  );
  return missing ? undefined : filled;
}

/** The configuration as Backstage reads it, of which `$include` and its like are refused. */
function transform(
  value: Json | undefined,
  key: string,
  context: { readonly file: string; readonly env: Runtime['env'] },
): Json | undefined {
  if (typeof value === 'string') {
    return substitute(value, context.env);
  }
  if (Array.isArray(value)) {
    return value
      .map((one, index) => transform(one, `${key}[${index}]`, context))
      .filter(one => one !== undefined);
  }
  if (!isMap(value)) {
    return value;
  }
  const reference = Object.keys(value).find(name => name.startsWith('$'));
  if (reference) {
    throw cannotCheck(
      `--config ${context.file}: ${key} uses ${reference}, which this check does not follow; write the rules into a file of their own and name it with --config`,
    );
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const read = transform(inner, `${key}.${name}`, context);
      return read === undefined ? [] : [[name, read]];
    }),
  );
}

/** The parts of the configuration that checks read. */
export type CheckSection = 'catalog' | 'policies';

/** What a file says under `fourKeys.catalog`, or as a file of rules, or under `fourKeys.policies`; undefined: nothing. */
function sectionOf(content: unknown, section: CheckSection): Json | undefined {
  if (!isMap(content)) {
    return undefined;
  }
  const isRules =
    section === 'catalog' &&
    content.fourKeys === undefined &&
    Object.keys(content).length > 0 &&
    Object.keys(content).every(name => RULE_KEYS.includes(name));
  if (isRules) {
    return content;
  }
  return isMap(content.fourKeys) ? content.fourKeys[section] : undefined;
}

async function readText(file: string, runtime: Runtime, optional: boolean) {
  try {
    return await readFile(resolve(runtime.cwd, file), 'utf8');
  } catch (error) {
    if (optional && (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw cannotCheck(
      `--config ${file} cannot be read: ${
        (error as Error).message
      }; name an app-config, or a file of rules`,
    );
  }
}

/**
 * What app-configs say in one section; later ones win. Without a file:
 * `app-config.yaml` of the working directory, if it is there.
 *
 * @returns the value, and the files it is from, for messages
 * @throws UserError naming the file that cannot be read
 */
export async function readSection(
  section: CheckSection,
  files: readonly string[],
  runtime: Runtime,
): Promise<{ value: unknown; where: string }> {
  const given = files.length > 0;
  const configs: AppConfig[] = [];
  for (const file of given ? files : [DEFAULT_FILE]) {
    const text = await readText(file, runtime, !given);
    if (text === undefined) {
      continue;
    }
    const document = parseDocument(text);
    if (document.errors.length > 0) {
      throw cannotCheck(
        `--config ${file} is no YAML: ${document.errors[0].message}`,
      );
    }
    const content = transform(
      sectionOf(document.toJS(), section),
      `fourKeys.${section}`,
      { file, env: runtime.env },
    );
    if (content !== undefined) {
      configs.push({
        context: file,
        data: { fourKeys: { [section]: content } },
      });
    }
  }
  return {
    value: ConfigReader.fromConfigs(configs).getOptional(`fourKeys.${section}`),
    where: configs.map(({ context }) => context).join(', '),
  };
}

/**
 * The rules of the catalog, from app-configs or files of rules; later ones win.
 * Without a file: `app-config.yaml` of the working directory, else the defaults.
 *
 * @throws UserError naming the file and the key that is wrong
 */
export async function readRules(
  files: readonly string[],
  runtime: Runtime,
): Promise<AnnotationRules> {
  const { value, where } = await readSection('catalog', files, runtime);
  try {
    return readAnnotationRules(value);
  } catch (error) {
    throw cannotCheck(`${where}: ${(error as Error).message}`);
  }
}
