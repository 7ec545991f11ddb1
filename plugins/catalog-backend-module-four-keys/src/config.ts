import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  readAnnotationRules,
  type AnnotationRules,
} from '@four-keys/backstage-plugin-four-keys-common';

/**
 * Reads `fourKeys.catalog`.
 *
 * @throws InputError naming the key that is wrong.
 */
export function readRules(root: Config): AnnotationRules {
  try {
    return readAnnotationRules(root.getOptional('fourKeys.catalog'));
  } catch (error) {
    throw new InputError((error as Error).message);
  }
}
