import { hash } from 'node:crypto';

/** A hash of a row, by which a stored row is known to be the same. */
export function fingerprintOf(row: object): string {
  const hex = hash('md5', JSON.stringify(row), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(
    12,
    16,
  )}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
