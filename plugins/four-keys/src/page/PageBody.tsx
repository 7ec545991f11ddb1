import { Container, Flex } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './PageBody.module.css';

/** What a page shows below the tabs of the plugin. */
export const PageBody = ({ children }: { children: ReactNode }) => (
  <Container role="main" className={styles.body}>
    <Flex direction="column" gap="5">
      {children}
    </Flex>
  </Container>
);
