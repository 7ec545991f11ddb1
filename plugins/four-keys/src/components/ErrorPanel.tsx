import { Alert, Button } from '@backstage/ui';
import { FourKeysApiError } from '../api';

const say = (error: Error) =>
  error instanceof FourKeysApiError
    ? `${error.message} (${error.code})`
    : `${error.message || error.name}. Is the backend reachable?`;

/** What could not be had, why, and a way to try again. */
export const ErrorPanel = ({
  what,
  happened = 'loaded',
  error,
  onRetry,
}: {
  /** What failed, as the beginning of a sentence: `The metrics`. */
  what: string;
  /** What should have been done with it: `sent`. */
  happened?: string;
  error: Error;
  onRetry: () => void;
}) => (
  <Alert
    role="alert"
    status="danger"
    icon
    title={`${what} could not be ${happened}`}
    description={say(error)}
    customActions={
      <Button size="small" variant="secondary" onPress={onRetry}>
        Try again
      </Button>
    }
  />
);
