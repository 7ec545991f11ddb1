import { createHash } from 'crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The correlation id of a template run: 26 characters in the alphabet of a
 * ULID, safe as a Kubernetes label, in a file name and in a URL.
 *
 * A pure function of the task id, so that every step, every retry and every
 * observer of the run arrives at the same one without talking to each other.
 * Unlike in a ULID, no time can be read from it.
 *
 * @public
 */
export function correlationIdOf(taskId: string): string {
  const digest = createHash('sha256')
    .update(`four-keys/correlation/${taskId}`)
    .digest('hex');
  // A ULID has 128 bits, and 26 characters of 5 bits hold 130.
  let rest = BigInt(`0x${digest.slice(0, 32)}`);
  let id = '';
  for (let i = 0; i < 26; i++) {
    id = CROCKFORD[Number(rest % 32n)] + id;
    rest /= 32n;
  }
  return id;
}
