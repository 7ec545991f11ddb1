import { channel } from 'node:diagnostics_channel';

/**
 * Where a batch is on its way: `received` before its transaction, `stored`
 * within it, `committed` after it, `acknowledged` once the broker knows its
 * offsets.
 *
 * @public
 */
export type PipelinePhase =
  | 'received'
  | 'stored'
  | 'committed'
  | 'acknowledged';

/** The channel of Node's diagnostics on which phases are told. @public */
export const PIPELINE_PHASES = 'four-keys:pipeline-phases';

const phases = channel(PIPELINE_PHASES);

/**
 * Tells whoever listens on {@link PIPELINE_PHASES}, such as a tracer or a test
 * that breaks things at a certain moment.
 *
 * @public
 */
export function tellPhase(phase: PipelinePhase): void {
  if (phases.hasSubscribers) {
    phases.publish({ phase });
  }
}
