import { Card, Text } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './EmptyState.module.css';
import { Note } from './Note';

/** Nothing is there: what is the case, why, and what to do about it. */
export const EmptyState = ({
  what,
  todo,
  children,
}: {
  /** One sentence. */
  what: string;
  /** What to do, or that nothing is to be done. */
  todo: string;
  /** A button or link that does it. */
  children?: ReactNode;
}) => (
  <Card className={styles.empty}>
    <Text as="p" variant="body-large" weight="bold">
      {what}
    </Text>
    <Note>{todo}</Note>
    {children}
  </Card>
);
