import { githubSource } from './github';
import type { SourceType } from './port';

/** Every vendor that we read. */
export const SOURCE_TYPES: readonly SourceType[] = [githubSource];

export type {
  Source,
  SourceEvent,
  SourceResult,
  SourceType,
  WebhookHeaders,
} from './port';
