import { InputError } from '@backstage/errors';
import { EVENT_KINDS } from '@four-keys/backstage-plugin-four-keys-common';
import { z } from 'zod/v4';

const expression = z
  .string({ error: 'must be an expression' })
  .min(1, 'must be an expression');

const ruleSchema = z.strictObject({
  each: expression.optional(),
  when: expression.optional(),
  type: z.enum(EVENT_KINDS, {
    error: `must be one of ${EVENT_KINDS.join(', ')}`,
  }),
  id: expression,
  time: expression,
  data: expression,
});

/**
 * How an event is made of a body, by expressions of JSONata.
 *
 * `each` gives the items of which each becomes an event, and `$body` the whole
 * body then. `when` decides whether it becomes one. `id` must give a text that
 * names what happened, the same whenever it is told; `time` an RFC 3339 time
 * or one since the epoch; `data` the object of the event.
 *
 * @public
 */
export type MappingRule = z.output<typeof ruleSchema>;

/**
 * @param key - where the rules stand in the configuration
 * @throws InputError that names the key.
 */
export function readRules(key: string, rules: unknown): MappingRule[] {
  const parsed = z
    .array(ruleSchema, { error: 'must be a list of rules' })
    .min(1, 'must have a rule at least')
    .safeParse(rules);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const at = path.reduce<string>(
      (text, part) =>
        typeof part === 'number'
          ? `${text}[${part}]`
          : `${text}.${String(part)}`,
      key,
    );
    throw new InputError(`${at} ${message}`);
  }
  return parsed.data;
}
