/** What is stamped into the files of a run. */
export interface StampValues {
  readonly correlationId: string;
  readonly serviceId: string;
  readonly templateId?: string;
  readonly templateVersion?: string;
  readonly platformVersion?: string;
  readonly telemetryKey?: string;
  /** Where a pipeline reports to. */
  readonly url?: string;
}
