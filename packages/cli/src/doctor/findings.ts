/** What one look found. */
export interface Finding {
  /** `stop`: nothing behind it can be looked at. */
  readonly level: 'ok' | 'note' | 'warning' | 'error' | 'stop';
  /** What was looked at. */
  readonly what: string;
  /** What is so. */
  readonly says: string;
  /** How to mend it; none where all is well. */
  readonly remedy?: string;
}

const MARKS: Readonly<Record<Finding['level'], string>> = {
  ok: 'ok  ',
  note: 'note',
  warning: 'warn',
  error: 'FAIL',
  stop: 'FAIL',
};

/** A finding as a person reads it, with a line of its own for what to do. */
export const describeFinding = ({ level, what, says, remedy }: Finding) =>
  `${MARKS[level]}  ${what}: ${says}\n${remedy ? `      ${remedy}\n` : ''}`;

/** Whether something is broken, and not only odd. */
export const isBroken = ({ level }: Finding): boolean =>
  level === 'error' || level === 'stop';
