import { Text } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './Facts.module.css';

/** What is known about one thing: names and values; what is unknown is left out. */
export const Facts = ({
  facts,
}: {
  facts: ReadonlyArray<readonly [name: string, value: ReactNode]>;
}) => (
  <dl className={styles.facts}>
    {facts
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Text as="span" variant="body-medium">
              {value}
            </Text>
          </dd>
        </div>
      ))}
  </dl>
);
