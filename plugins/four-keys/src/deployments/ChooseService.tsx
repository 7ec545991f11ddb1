import { Card, Text } from '@backstage/ui';
import {
  EmptyState,
  ErrorPanel,
  LoadingBlocks,
  Note,
  Section,
  Sparkline,
} from '../components';
import { nameOfRef, useEntityNames } from '../catalog';
import { useAnswer, type Page } from '../state';
import styles from './ChooseService.module.css';

const MOST_SERVICES = 48;

/** A timeline is about one service: which one? Those that deployed last come first. */
export const ChooseService = ({
  page: { question, key, format, change },
}: {
  page: Page;
}) => {
  const { value, error, retry } = useAnswer(
    ['services to choose', key, question.scope],
    (api, options) =>
      api.metricsBy(
        'service',
        question,
        {
          sort: 'lastDeploymentAt',
          order: 'desc',
          offset: 0,
          limit: MOST_SERVICES,
        },
        options,
      ),
  );
  const rows = value?.rows ?? [];
  const names = useEntityNames(rows.flatMap(row => row.entityRef ?? []));
  if (error) {
    return <ErrorPanel what="The services" error={error} onRetry={retry} />;
  }
  if (!value) {
    return <LoadingBlocks label="Loading the services" count={4} height={88} />;
  }
  if (rows.length === 0) {
    return (
      <EmptyState
        what={`No service has deployed to ${question.scope.environment} yet.`}
        todo="Look at another environment or scope, or report a first deployment from a pipeline with four-keys emit."
      />
    );
  }
  return (
    <Section title="Whose deployments?">
      <Note>
        A timeline is about one service. Those that deployed last come first.
      </Note>
      <ul className={styles.services}>
        {rows.map(row => {
          const name = row.entityRef ?? row.key;
          const title =
            names.get(row.entityRef ?? '')?.title ?? nameOfRef(row.key);
          return (
            <li key={row.key}>
              <Card
                label={`Show the deployments of ${title}`}
                onPress={() => change({ scope: { kind: 'service', name } })}
              >
                <Text as="span" variant="body-medium" weight="bold">
                  {title}
                </Text>
                <Sparkline
                  values={row.trend}
                  label={`Deployments of ${title} over the window`}
                />
                <Note as="span">
                  {row.lastDeploymentAt === null
                    ? 'Nothing deployed yet'
                    : `Last deployed ${format.ago(
                        row.lastDeploymentAt,
                        value.asOf,
                      )}`}
                </Note>
              </Card>
            </li>
          );
        })}
      </ul>
    </Section>
  );
};
