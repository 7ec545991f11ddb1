import { Flex } from '@backstage/ui';
import { nameOfRef } from '../catalog';
import {
  EmptyState,
  ErrorPanel,
  LoadingBlocks,
  Note,
  Section,
  VisibleServices,
} from '../components';
import { useDeployments, useIncidents, usePointers, type Page } from '../state';
import { DeploymentDrawer } from './DeploymentDrawer';
import { DeploymentsTable } from './DeploymentsTable';
import { Timeline } from './Timeline';

/** One service: its timeline, the same as rows, and the deployment that is opened. */
export const ServiceDeployments = ({
  page,
  service,
}: {
  page: Page;
  service: string;
}) => {
  const { format, question } = page;
  const deployments = useDeployments(page);
  const incidents = useIncidents(page);
  const { pointers, point } = usePointers(['open', 'of']);
  const failed = deployments.error ? deployments : incidents;
  if (failed.error) {
    return (
      <ErrorPanel
        what="The deployments"
        error={failed.error}
        onRetry={() => {
          deployments.retry();
          incidents.retry();
        }}
      />
    );
  }
  if (!deployments.value || !incidents.value) {
    return (
      <LoadingBlocks label="Loading the deployments" count={3} height={160} />
    );
  }
  const { rows, nextCursor, services } = deployments.value;
  const open = (environment: string, id: string) =>
    point({ open: id, of: environment });
  return (
    <Flex direction="column" gap="5">
      <VisibleServices services={services} format={format} />
      {rows.length === 0 && incidents.value.rows.length === 0 ? (
        <EmptyState
          what={`${nameOfRef(service)} deployed nothing to ${
            question.scope.environment
          } in this window.`}
          todo="Look at a longer window or another environment. A pipeline that deploys without telling is made measurable by one line: npx four-keys emit deploy."
        />
      ) : (
        <>
          <Section title={`Timeline of ${nameOfRef(service)}`}>
            <Timeline
              question={question}
              deployments={rows}
              incidents={incidents.value.rows}
              format={format}
              onOpen={open}
            />
            {nextCursor !== null && (
              <Note>
                {`The latest ${format.count(
                  rows.length,
                  'deployment',
                )}; choose a shorter window to see earlier ones.`}
              </Note>
            )}
          </Section>
          <Section title="Deployments">
            <DeploymentsTable
              rows={rows}
              isStale={deployments.isPending}
              format={format}
              onOpen={open}
            />
          </Section>
        </>
      )}
      {pointers.open !== null && pointers.of !== null && (
        <DeploymentDrawer
          name={{ service, environment: pointers.of, id: pointers.open }}
          format={format}
          onClose={() => point({ open: null, of: null })}
        />
      )}
    </Flex>
  );
};
