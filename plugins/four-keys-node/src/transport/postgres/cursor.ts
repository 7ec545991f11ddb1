/**
 * A place in a partition: the record of this transaction and position, or the
 * gap behind it. Both are 64-bit and therefore strings.
 */
export interface Cursor {
  readonly xid: string;
  readonly position: string;
}

export const formatCursor = ({ xid, position }: Cursor) => `${xid}:${position}`;

/** The cursor that stands before every record. */
export const isStart = ({ xid, position }: Cursor) =>
  xid === '0' && position === '0';
