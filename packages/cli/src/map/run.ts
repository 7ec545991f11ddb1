import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { compileMapping, PRESETS, type MappedEvent } from '@four-keys/mapping';
import { parse } from 'yaml';
import { UserError, type Runtime } from '../runtime';

export interface MapFlags {
  readonly test: string;
  readonly config: string;
  readonly instance?: string;
  readonly preset?: string;
  readonly rules?: string;
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : {};

async function read(flag: string, file: string, runtime: Runtime) {
  if (file === '-') {
    return text(runtime.stdin);
  }
  try {
    return await readFile(resolve(runtime.cwd, file), 'utf8');
  } catch {
    throw new UserError(`${flag} is "${file}", which cannot be read`);
  }
}

async function readYaml(flag: string, file: string, runtime: Runtime) {
  const content = await read(flag, file, runtime);
  try {
    return parse(content) as unknown;
  } catch (error) {
    throw new UserError(
      `${flag} is "${file}", which is no YAML or JSON: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
}

function ofPreset(name: string) {
  const rules = Object.entries(PRESETS).find(([key]) => key === name)?.[1];
  if (!rules) {
    throw new UserError(
      `--preset is "${name}", it must be one of ${Object.keys(PRESETS).join(
        ', ',
      )}`,
    );
  }
  return rules;
}

/** The settings of a generic source in the configuration of Backstage. */
async function ofConfig(flags: MapFlags, runtime: Runtime) {
  const config = objectOf(await readYaml('--config', flags.config, runtime));
  const { sources } = objectOf(config.fourKeys);
  const generic = (Array.isArray(sources) ? sources : [])
    .map(objectOf)
    .filter(({ type }) => type === 'generic');
  const found = generic.filter(
    ({ instance }) => !flags.instance || instance === flags.instance,
  );
  if (found.length !== 1) {
    throw new UserError(
      `${flags.config} has ${found.length} generic sources${
        flags.instance ? ` with the instance ${flags.instance}` : ''
      }; choose with --instance${
        generic.length > 0
          ? ` one of ${generic.map(({ instance }) => instance).join(', ')}`
          : ', or give --rules or --preset'
      }`,
    );
  }
  const [{ map, preset, defaults }] = found;
  return {
    rules: preset === undefined ? map : ofPreset(String(preset)),
    defaults: objectOf(defaults),
  };
}

async function settingsOf(flags: MapFlags, runtime: Runtime) {
  if (flags.preset && flags.rules) {
    throw new UserError('--preset and --rules exclude each other; give one');
  }
  if (flags.preset) {
    return { rules: ofPreset(flags.preset), defaults: {} };
  }
  return flags.rules
    ? { rules: await readYaml('--rules', flags.rules, runtime), defaults: {} }
    : ofConfig(flags, runtime);
}

function compile(rules: unknown, defaults: object) {
  try {
    return compileMapping(rules, {
      key: 'map',
      defaults: JSON.parse(JSON.stringify(defaults)),
    });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** Why the collector would not take an event. */
function rejectionOf({ kind, ...event }: MappedEvent): string | undefined {
  const result = validateEvent({
    specversion: '1.0',
    source: '/generic/test',
    type: `dev.fourkeys.${kind}`,
    ...event,
  });
  return result.ok ? undefined : result.rejection.message;
}

/** `four-keys map` */
export async function runMap(flags: MapFlags, runtime: Runtime): Promise<void> {
  const { rules, defaults } = await settingsOf(flags, runtime);
  const map = compile(rules, defaults);
  let body: unknown;
  try {
    body = JSON.parse(await read('--test', flags.test, runtime));
  } catch (error) {
    throw error instanceof UserError
      ? error
      : new UserError(`--test is "${flags.test}", which holds no JSON`);
  }
  const { events, problems } = await map(body);
  let good = 0;
  for (const event of events) {
    await runtime.out(`${JSON.stringify(event)}\n`);
    const rejection = rejectionOf(event);
    if (rejection) {
      runtime.err(`four-keys: ${event.id} would be rejected: ${rejection}\n`);
    } else {
      good += 1;
    }
  }
  problems.forEach(problem => runtime.err(`four-keys: ${problem}\n`));
  if (good === 0) {
    throw new UserError(
      'no event came out; a webhook with this body would be answered with 202 and be ignored',
    );
  }
}
