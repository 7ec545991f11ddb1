import { Text } from '@backstage/ui';
import { useId, type ReactNode } from 'react';
import styles from './Section.module.css';

/** A part of a page, named by its heading. */
export const Section = ({
  title,
  as = 'h2',
  children,
}: {
  title: string;
  as?: 'h2' | 'h3';
  children: ReactNode;
}) => {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Text id={id} as={as} variant="title-x-small" className={styles.heading}>
        {title}
      </Text>
      {children}
    </section>
  );
};
