import { toError } from '@backstage/errors';
import { useCallback, useEffect, useState } from 'react';

/** An answer that is there, on its way, or could not be had. */
export interface Answer<T> {
  /** While a new answer is on its way: the one before. */
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly isPending: boolean;
  /** Asks again. */
  readonly retry: () => void;
}

interface State<T> {
  readonly asked: unknown;
  readonly value: T | undefined;
  readonly error: Error | undefined;
}

/**
 * Asks whenever `ask` is another function, and cancels what is under way when
 * nobody waits for it any more. Memoise `ask`.
 */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<T>,
): Answer<T> {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<State<T>>({
    asked: undefined,
    value: undefined,
    error: undefined,
  });

  useEffect(() => {
    const controller = new AbortController();
    const settle = (outcome: Pick<State<T>, 'value' | 'error'>) => {
      if (!controller.signal.aborted) {
        setState({ asked: ask, ...outcome });
      }
    };
    ask(controller.signal).then(
      value => settle({ value, error: undefined }),
      error => settle({ value: undefined, error: toError(error) }),
    );
    return () => controller.abort();
  }, [ask, attempt]);

  const retry = useCallback(() => {
    setState({ asked: undefined, value: undefined, error: undefined });
    setAttempt(last => last + 1);
  }, []);

  const isPending = state.asked !== ask;
  return {
    value: state.value,
    error: isPending ? undefined : state.error,
    isPending,
    retry,
  };
}
