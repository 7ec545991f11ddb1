import { Card, Flex, Text } from '@backstage/ui';
import type { TemplateAdoption } from '@four-keys/backstage-plugin-four-keys-common';
import {
  EmptyState,
  ErrorPanel,
  LoadingBlocks,
  Note,
  Section,
  VisibleServices,
} from '../components';
import type { Formatter } from '../format';
import { useAnswer, type Page } from '../state';
import { Comparison } from './Comparison';
import styles from './Templates.module.css';
import { useVersionMetrics, VersionsTable } from './VersionsTable';

const SHARES: ReadonlyArray<
  readonly [
    name: keyof TemplateAdoption,
    title: string,
    singular: string,
    question: string,
  ]
> = [
  ['services', 'Services', 'service', 'come from a template'],
  ['teams', 'Teams', 'team', 'own one of those services'],
  ['deployments', 'Deployments', 'deployment', 'are of such a service'],
];

const Adoption = ({
  adoption,
  format,
}: {
  adoption: TemplateAdoption;
  format: Formatter;
}) => (
  <div className={styles.adoption}>
    {SHARES.map(([name, title, singular, question]) => {
      const { with: made, of } = adoption[name];
      return (
        <Card key={name}>
          <Text as="h3" variant="body-medium" weight="bold">
            {title}
          </Text>
          <Text as="p" variant="title-small" weight="bold">
            {of === 0 ? 'None yet' : format.ratio(made / of)}
          </Text>
          <Note>
            {`${format.number(made)} of ${format.count(
              of,
              singular,
            )} ${question}`}
          </Note>
        </Card>
      );
    })}
  </div>
);

/** Every template with its versions, and two of them compared. */
export const Templates = ({ page }: { page: Page }) => {
  const { question, key, format } = page;
  const { value, error, isPending, retry } = useAnswer(
    ['templates', key],
    (api, options) => api.templates(question, options),
  );
  const metrics = useVersionMetrics(page);
  if (error) {
    return <ErrorPanel what="The templates" error={error} onRetry={retry} />;
  }
  if (!value) {
    return (
      <LoadingBlocks label="Loading the templates" count={4} height={120} />
    );
  }
  if (value.templates.length === 0) {
    return (
      <EmptyState
        what="No template has been run, and no service names one."
        todo="Runs of software templates are observed without any step in them once the scaffolder module of Four Keys is installed. The actions four-keys:stamp and four-keys:emit tie what they make to its deployments."
      />
    );
  }
  return (
    <Flex direction="column" gap="5">
      <VisibleServices services={value.services} format={format} />
      <Section title="Golden paths">
        <Adoption adoption={value.adoption} format={format} />
      </Section>
      <div className={styles.templates}>
        {value.templates.map(template => (
          <Section key={template.template} title={template.template}>
            <VersionsTable
              template={template}
              metrics={metrics}
              isStale={isPending}
              format={format}
            />
          </Section>
        ))}
      </div>
      <Comparison page={page} templates={value.templates} />
    </Flex>
  );
};
