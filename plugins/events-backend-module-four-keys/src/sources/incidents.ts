import type { JsonObject } from '@backstage/types';

const CAUSE = /^\W*root cause\W*?:\W*([a-z0-9][\w./-]*)/im;

/**
 * What a text names as the cause of an incident: a line such as `root cause:
 * 4f2c9a1` (a commit) or `root cause: github/77` (a deployment).
 */
export function causeIn(
  text: string | null | undefined,
): JsonObject | undefined {
  const named = CAUSE.exec(text ?? '')?.[1];
  if (!named) {
    return undefined;
  }
  return /^[0-9a-f]{7,64}$/i.test(named)
    ? { commit_sha: named }
    : { deployment_id: named };
}

/** Labels such as `service:payments` or `service/payments`, by name, for the rules of services. */
export function labelsByName(
  labels: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    labels.map(label => {
      const [, name, value] = /^([^:/]+)(?:::?|\/) *(.*)$/.exec(label) ?? [];
      return name ? [name, value] : [label, label];
    }),
  );
}
