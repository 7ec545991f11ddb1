import { Card, Skeleton, Text } from '@backstage/ui';
import { useAnswer } from '../state';
import { Command } from './Command';
import { cliCommand, curlCommand } from './firstEvents';
import styles from './FirstSteps.module.css';
import { Note } from './Note';

/** What to do when nothing has been reported yet. */
export const FirstSteps = ({
  title,
  service,
  environment,
}: {
  title: string;
  /** The service of the examples. */
  service: string;
  environment: string;
}) => {
  const url = useAnswer(['eventsUrl'], api => api.eventsUrl());
  const example = { service, environment };
  return (
    <Card className={styles.steps}>
      <Text as="h2" variant="title-x-small">
        {title}
      </Text>
      <Text as="p" variant="body-medium">
        Numbers come from events: a pipeline says what it deployed, and this
        page shows the result within seconds. Report a first deployment from a
        checkout of the service, with its commit:
      </Text>
      <Command label="With the CLI" text={cliCommand(example)} />
      <Text as="p" variant="body-medium">
        Or send it as a CloudEvent from anywhere. FOUR_KEYS_TOKEN is an external
        access token of this Backstage:
      </Text>
      {url.isPending ? (
        <Skeleton width="100%" height={160} />
      ) : (
        <Command
          label="With curl"
          text={curlCommand({ ...example, url: url.value ?? '/events' })}
        />
      )}
      <Note>
        Lead times need the changes too: send a change event for each commit
        that lands, or fill a service from its history with "four-keys backfill
        git".
      </Note>
    </Card>
  );
};
