import type { JsonEvent } from '../transport/client';

/** Bodies that tell: the source control system, pipelines, the pager, templates. */
export type Teller = 'scm' | 'ci' | 'incidents' | 'scaffolder';

export interface TimedEvent {
  readonly time: number;
  readonly event: JsonEvent;
}

export const instant = (ms: number) => new Date(ms).toISOString();

/** An event of the contract as a simulated source sends it. */
export function event(options: {
  readonly teller: Teller;
  readonly kind: string;
  readonly id: readonly string[];
  readonly time: number;
  readonly data: Readonly<Record<string, unknown>>;
}): TimedEvent {
  const { teller, kind, id, time, data } = options;
  return {
    time,
    event: {
      specversion: '1.0',
      id: id.map(encodeURIComponent).join('/'),
      source: `/simulation/${teller}`,
      type: `dev.fourkeys.${kind}`,
      time: instant(time),
      datacontenttype: 'application/json',
      data: Object.fromEntries(
        Object.entries(data).filter(([, value]) => value !== undefined),
      ),
    },
  };
}
