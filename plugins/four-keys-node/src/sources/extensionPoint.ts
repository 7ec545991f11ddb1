import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { SourceType } from './port';

/**
 * Adds a vendor to those that the events module reads.
 *
 * @public
 */
export interface FourKeysSourcesExtensionPoint {
  /** @throws ConflictError when there is a source of this type already. */
  addSource(type: SourceType): void;
}

/**
 * How a company adds a source of its own, from a module of the events plugin.
 *
 * @public
 */
export const fourKeysSourcesExtensionPoint =
  createExtensionPoint<FourKeysSourcesExtensionPoint>({
    id: 'four-keys.sources',
  });
