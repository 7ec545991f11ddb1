/** The moments of a change on its way to users, in their order. @public */
export const LEAD_TIME_STEPS = [
  'committed',
  'opened',
  'reviewed',
  'merged',
  'deployed',
] as const;

/** @public */
export type LeadTimeStep = (typeof LEAD_TIME_STEPS)[number];

/** One stretch of a lead time, between two moments that events tell. @public */
export interface LeadTimePart {
  from: LeadTimeStep;
  to: LeadTimeStep;
  /** At least 0. */
  seconds: number;
}

/**
 * Splits a lead time at the moments that are known; the parts add up to it.
 *
 * A moment outside of the stretch is moved to its nearest end: a commit that
 * was pushed after its pull request was opened took no time before that. Empty
 * where there is no lead time, or a negative one.
 *
 * @param moments - milliseconds since the epoch
 * @public
 */
export function splitLeadTime(
  moments: Readonly<Partial<Record<LeadTimeStep, number | null>>>,
): LeadTimePart[] {
  const { committed, deployed } = moments;
  if (
    committed === undefined ||
    committed === null ||
    deployed === undefined ||
    deployed === null ||
    deployed < committed
  ) {
    return [];
  }
  const parts: LeadTimePart[] = [];
  let last = { step: LEAD_TIME_STEPS[0] as LeadTimeStep, at: committed };
  for (const step of LEAD_TIME_STEPS.slice(1)) {
    const told = moments[step];
    if (told !== undefined && told !== null) {
      const at = Math.min(Math.max(told, last.at), deployed);
      parts.push({ from: last.step, to: step, seconds: (at - last.at) / 1000 });
      last = { step, at };
    }
  }
  return parts;
}
