import {
  ANNOTATION_CORRELATION_ID,
  ANNOTATION_PLATFORM_VERSION,
  ANNOTATION_SERVICE_ID,
  ANNOTATION_TELEMETRY_KEY,
  ANNOTATION_TEMPLATE,
} from '@four-keys/backstage-plugin-four-keys-common';

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

/** What one file becomes, and which of its fields that touches. */
export interface StampedText {
  readonly text: string;
  readonly fields: readonly string[];
  /** Why nothing in it was stamped although it was chosen. */
  readonly leftAlone?: string;
}

export type Entry = readonly [key: string, value: string];

const given = (
  entries: ReadonlyArray<readonly [string, string | undefined]>,
): Entry[] => entries.filter((entry): entry is Entry => entry[1] !== undefined);

/** The run and the template, as annotations. */
export function lineageEntries(values: StampValues): Entry[] {
  const { templateId, templateVersion } = values;
  return given([
    [ANNOTATION_CORRELATION_ID, values.correlationId],
    [
      ANNOTATION_TEMPLATE,
      templateId && templateVersion && `${templateId}@${templateVersion}`,
    ],
    [ANNOTATION_PLATFORM_VERSION, values.platformVersion],
  ]);
}

/** Everything that a deployed thing carries, as annotations. */
export function annotationEntries(values: StampValues): Entry[] {
  return [
    ...lineageEntries(values),
    ...given([
      [ANNOTATION_SERVICE_ID, values.serviceId],
      [ANNOTATION_TELEMETRY_KEY, values.telemetryKey],
    ]),
  ];
}

/** The ids as variables of a pipeline. */
export function variableEntries(values: StampValues): Entry[] {
  return given([
    ['FOUR_KEYS_SERVICE_ID', values.serviceId],
    ['FOUR_KEYS_CORRELATION_ID', values.correlationId],
    ['FOUR_KEYS_TEMPLATE_ID', values.templateId],
    ['FOUR_KEYS_TEMPLATE_VERSION', values.templateVersion],
    ['FOUR_KEYS_PLATFORM_VERSION', values.platformVersion],
    ['FOUR_KEYS_TELEMETRY_KEY', values.telemetryKey],
  ]);
}
