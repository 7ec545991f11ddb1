import { InputError } from '@backstage/errors';
import { ANNOTATION_MODES } from '@four-keys/backstage-plugin-four-keys-common';
import { z } from 'zod/v4';

const mode = z.enum(ANNOTATION_MODES);

const modes = z.union([mode, z.record(z.string(), mode)], {
  error: `must be one of ${ANNOTATION_MODES.join(
    ', ',
  )}, or a map of them by environment`,
});

const settings = z.strictObject({
  bundle: z.string().min(1).optional(),
  opa: z
    .strictObject({
      url: z.url(),
      token: z.string().min(1).optional(),
      document: z
        .string()
        .regex(/^[A-Za-z0-9_]+(\/[A-Za-z0-9_]+)*$/)
        .optional(),
    })
    .optional(),
  environment: z.string().min(1).optional(),
  mode: modes.optional(),
  rules: z
    .record(
      z.string(),
      z.strictObject({
        mode: modes.optional(),
        mandatoryFrom: z.string().min(1).optional(),
      }),
    )
    .optional(),
});

/** `off`, `warn` or `enforce`, for all environments or by environment. @public */
export type PolicyModes = z.output<typeof modes>;

/** What stands under `fourKeys.policies`. @public */
export type PolicySettings = z.output<typeof settings>;

/**
 * Reads `fourKeys.policies`.
 *
 * @param value - What stands there; undefined: nothing.
 * @param key - How messages name the place.
 * @throws InputError naming the key and what is wrong with its value.
 * @public
 */
export function readPolicySettings(
  value: unknown,
  key: string = 'fourKeys.policies',
): PolicySettings {
  const result = settings.safeParse(value ?? {});
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    throw new InputError(`${[key, ...path].join('.')}: ${message}`);
  }
  return result.data;
}
