import type { ReactNode } from 'react';
import { Text } from '@backstage/ui';
import styles from './Note.module.css';

/** Small text that stands back behind what it belongs to. */
export const Note = ({
  as = 'p',
  children,
}: {
  as?: 'p' | 'span';
  children: ReactNode;
}) => (
  <Text as={as} variant="body-small" className={styles.note}>
    {children}
  </Text>
);
