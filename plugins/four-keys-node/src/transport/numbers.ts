import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** @throws InputError that names the key and what it may be. */
export function readNumber(
  config: Config,
  key: string,
  { min, max, integer }: { min: number; max: number; integer: boolean },
): number | undefined {
  const value = config.getOptionalNumber(key);
  if (
    value !== undefined &&
    !(value >= min && value <= max && (!integer || Number.isInteger(value)))
  ) {
    throw new InputError(
      `${key} is ${value}; it must be a ${
        integer ? 'whole ' : ''
      }number from ${min} to ${max}`,
    );
  }
  return value;
}
