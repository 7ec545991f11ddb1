import { z } from 'zod/v4';
import type { PolicyInput } from '../input/collect';

const finding = z.object({
  file: z.string(),
  message: z.string(),
  /** From 1. */
  line: z.number().int().positive().optional(),
  document: z.number().int().nonnegative().optional(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
});

/** What the document `four_keys/report` of a bundle must be. */
const evaluations = z.array(
  z.object({
    id: z.string().min(1),
    title: z.string(),
    reason: z.string(),
    remedy: z.string(),
    mandatoryFrom: z.string().optional(),
    applies: z.boolean(),
    findings: z.array(finding),
  }),
);

/** What one policy says about an input. @public */
export type PolicyEvaluation = z.output<typeof evaluations>[number];

/** Something that evaluates policies. @public */
export interface PolicyEngine {
  /**
   * Every policy with its findings, in the order of their ids.
   *
   * @throws Error saying what the bundle or the server did wrong.
   */
  evaluate(
    input: PolicyInput,
    options?: { signal?: AbortSignal },
  ): Promise<PolicyEvaluation[]>;
}

/** Reads what came out of a bundle that somebody else may have written. */
export function readEvaluations(
  value: unknown,
  where: string,
): PolicyEvaluation[] {
  const result = evaluations.safeParse(value);
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    throw new Error(
      `The report of the policies in ${where} is not as expected at "${path.join(
        '.',
      )}": ${message}`,
    );
  }
  return result.data.sort((a, b) => (a.id < b.id ? -1 : 1));
}
