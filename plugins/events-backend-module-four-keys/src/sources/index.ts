import type { SourceType } from '@four-keys/backstage-plugin-four-keys-node/sources';
import { githubSource } from './github';

/** Every vendor that we read, by the name of its type. */
export const SOURCE_TYPES: readonly SourceType[] = [githubSource];
