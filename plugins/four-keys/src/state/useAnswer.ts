import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { useCallback, useEffect, useRef, useState } from 'react';
import { fourKeysApiRef, type FourKeysApi } from '../api';
import { useMemory, useRevision } from './useMemory';

/** An answer that is there, on its way, or could not be had. */
export interface Answer<T> {
  /**
   * While an answer is on its way: the last one to the same question, else
   * that to the question before.
   */
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly isPending: boolean;
  /** The value answers the question before, not this one. */
  readonly isOther: boolean;
  /** Asks again. */
  readonly retry: () => void;
}

interface State<T> {
  readonly asked: string | undefined;
  readonly name: string | undefined;
  readonly value: T | undefined;
  readonly error: Error | undefined;
}

/**
 * Asks whenever the key is another one, and cancels what is under way when
 * nobody waits for it any more. The key holds everything that makes the answer
 * what it is, the name of the method too, and no instant that moves with the
 * clock: the last answer under a key is shown while a fresh one comes.
 */
export function useAnswer<T>(
  key: readonly unknown[],
  ask: (api: FourKeysApi, options: { signal: AbortSignal }) => Promise<T>,
): Answer<T> {
  const api = useApi(fourKeysApiRef);
  const memory = useMemory();
  const revision = useRevision();
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<State<T>>({
    asked: undefined,
    name: undefined,
    value: undefined,
    error: undefined,
  });
  const name = JSON.stringify(key);
  const asked = JSON.stringify([name, attempt, revision]);
  const latestAsk = useRef(ask);

  useEffect(() => {
    latestAsk.current = ask;
  });

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const settle = (outcome: Pick<State<T>, 'value' | 'error'>) => {
      if (!signal.aborted) {
        setState({ asked, name, ...outcome });
      }
    };
    latestAsk.current(api, { signal }).then(
      value => {
        if (!signal.aborted) {
          memory.keep(name, value);
        }
        settle({ value, error: undefined });
      },
      error => settle({ value: undefined, error: toError(error) }),
    );
    return () => controller.abort();
  }, [api, memory, name, asked]);

  const retry = useCallback(() => setAttempt(last => last + 1), []);

  const isPending = state.asked !== asked;
  const own =
    state.name === name ? state.value : (memory.answer(name) as T | undefined);
  const value = own ?? (isPending ? state.value : undefined);
  return {
    value,
    error: isPending ? undefined : state.error,
    isPending,
    isOther: own === undefined && value !== undefined,
    retry,
  };
}
