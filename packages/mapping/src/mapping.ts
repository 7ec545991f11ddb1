import { createHash } from 'node:crypto';
import type { JsonObject } from '@backstage/types';
import {
  formatInstant,
  MAX_ID_LENGTH,
  readVendorTime,
  type EventKind,
} from '@four-keys/backstage-plugin-four-keys-common';
import { compileExpression, type Expression } from './expression';
import { readRules } from './rules';

/** An event as a mapping makes it, without source and envelope. @public */
export interface MappedEvent {
  readonly kind: EventKind;
  readonly id: string;
  /** RFC 3339 */
  readonly time: string;
  readonly data: JsonObject;
}

/** What became of a body. @public */
export interface MappingOutcome {
  readonly events: readonly MappedEvent[];
  /** Why a rule whose condition held gave no event, by its place. */
  readonly problems: readonly string[];
}

/** Maps bodies. Never throws because of what one holds. @public */
export type Mapping = (body: unknown) => Promise<MappingOutcome>;

interface CompiledRule {
  readonly key: string;
  readonly kind: EventKind;
  readonly each?: Expression;
  readonly when?: Expression;
  readonly id: Expression;
  readonly time: Expression;
  readonly data: Expression;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function itemsOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) {
    return [];
  }
  return Array.isArray(value) ? value : [value];
}

/** As JSONata has it: nothing, false, zero, and what is empty are no. */
function holds(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.some(holds);
  }
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

const idOf = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text === '') {
    return undefined;
  }
  return text.length <= MAX_ID_LENGTH
    ? text
    : createHash('sha256').update(text).digest('hex');
};

async function mapItem(
  rule: CompiledRule,
  item: unknown,
  options: { readonly body: unknown; readonly defaults: JsonObject },
): Promise<MappedEvent | undefined> {
  const ask = (expression: Expression) =>
    expression(item, { body: options.body });
  if (rule.when && !holds(await ask(rule.when))) {
    return undefined;
  }
  const id = idOf(await ask(rule.id));
  if (id === undefined) {
    throw new Error(`${rule.key}.id gives no text`);
  }
  const instant = readVendorTime(await ask(rule.time));
  if (instant === undefined) {
    throw new Error(
      `${rule.key}.time gives no time with a zone, such as 2026-06-10T12:34:56Z, and none since the epoch`,
    );
  }
  const data = await ask(rule.data);
  if (!isObject(data)) {
    throw new Error(
      `${rule.key}.data gives no object; give several events by ${rule.key}.each`,
    );
  }
  return {
    kind: rule.kind,
    id,
    time: formatInstant(instant),
    data: { ...options.defaults, ...data },
  };
}

/**
 * Compiles rules.
 *
 * @param options - `key`: where the rules stand in the configuration;
 * `defaults`: fields of data that no rule gave
 * @throws InputError that names the key which cannot be used.
 * @public
 */
export function compileMapping(
  rules: unknown,
  options: { readonly key: string; readonly defaults?: JsonObject },
): Mapping {
  const { defaults = {} } = options;
  const compiled = readRules(options.key, rules).map(
    ({ type, each, when, ...rest }, index): CompiledRule => {
      const key = `${options.key}[${index}]`;
      const compile = (name: string, text: string) =>
        compileExpression(`${key}.${name}`, text);
      return {
        key,
        kind: type,
        ...(each ? { each: compile('each', each) } : {}),
        ...(when ? { when: compile('when', when) } : {}),
        id: compile('id', rest.id),
        time: compile('time', rest.time),
        data: compile('data', rest.data),
      };
    },
  );
  return async body => {
    const events: MappedEvent[] = [];
    const problems: string[] = [];
    const attempt = async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
      }
    };
    for (const rule of compiled) {
      await attempt(async () => {
        const items = rule.each
          ? itemsOf(await rule.each(body, { body }))
          : [body];
        for (const item of items) {
          await attempt(async () => {
            const event = await mapItem(rule, item, { body, defaults });
            if (event) {
              events.push(event);
            }
          });
        }
      });
    }
    return { events, problems };
  };
}
