import { useApi } from '@backstage/frontend-plugin-api';
import { useSyncExternalStore } from 'react';
import { fourKeysApiRef } from '../api';
import { memoryOf, type PageMemory } from './PageMemory';

/** What the pages remember. */
export const useMemory = (): PageMemory => memoryOf(useApi(fourKeysApiRef));

/** Changes when the data is known to have changed. */
export function useRevision(): number {
  const memory = useMemory();
  return useSyncExternalStore(memory.subscribe, memory.revision);
}

/**
 * Lets every page ask again, after a correction: what is shown stays until the
 * new answer is there.
 */
export const useForgetAnswers = (): (() => void) => useMemory().forgetAnswers;
