import { Text } from '@backstage/ui';
import type { DeploymentDetail } from '@four-keys/backstage-plugin-four-keys-common';
import type { DeploymentName } from '../api';
import {
  Drawer,
  ErrorPanel,
  Facts,
  LoadingBlocks,
  Mark,
  Note,
  Section,
  WebLink,
} from '../components';
import type { Formatter } from '../format';
import { useAnswer } from '../state';
import {
  LINK_METHODS,
  sayAftermath,
  sayBuild,
  sayDeployment,
  sayOutcome,
  timeOfDeployment,
} from '../words';
import { ChangeList } from './ChangeList';
import styles from './Detail.module.css';

const Summary = ({
  deployment,
  format,
}: {
  deployment: DeploymentDetail['deployment'];
  format: Formatter;
}) => {
  const { word, shape, tone } = sayOutcome(deployment);
  const at = timeOfDeployment(deployment);
  const { commit, pipeline } = deployment.urls;
  const { commitSha, pipelineRunId } = deployment;
  const sha = commitSha?.slice(0, 10) ?? null;
  return (
    <Facts
      facts={[
        [
          'Outcome',
          <Mark key="outcome" shape={shape} tone={tone}>
            {word}
          </Mark>,
        ],
        ['What followed', sayAftermath(deployment, format)],
        ['When', at && format.instant(at)],
        ['Environment', deployment.environment],
        ['Version', deployment.version],
        [
          'Commit',
          sha && commit ? <WebLink href={commit}>{sha}</WebLink> : sha,
        ],
        [
          'Pipeline',
          pipeline ? (
            <WebLink href={pipeline}>{pipelineRunId ?? 'Its run'}</WebLink>
          ) : (
            pipelineRunId
          ),
        ],
        ['Release', deployment.releaseId],
        [
          'Template',
          deployment.template &&
            [deployment.template, deployment.templateVersion]
              .filter(Boolean)
              .join(' '),
        ],
      ]}
    />
  );
};

const Builds = ({
  builds,
  format,
}: Pick<DeploymentDetail, 'builds'> & { format: Formatter }) =>
  builds.length === 0 ? (
    <Note>
      No build of its commit was reported; four-keys emit build does it.
    </Note>
  ) : (
    <ul className={styles.rows}>
      {builds.map(build => (
        <li key={build.pipelineRunId}>
          <Text as="span" variant="body-medium">
            {build.url ? (
              <WebLink href={build.url}>{build.pipelineRunId}</WebLink>
            ) : (
              build.pipelineRunId
            )}
          </Text>{' '}
          <Note as="span">
            {[sayBuild(build, format), build.artifact]
              .filter(Boolean)
              .join(' · ')}
          </Note>
        </li>
      ))}
    </ul>
  );

const Incidents = ({
  incidents,
  format,
}: Pick<DeploymentDetail, 'incidents'> & { format: Formatter }) => (
  <ul className={styles.rows}>
    {incidents.map(incident => {
      const name = `${incident.incidentId}${
        incident.title ? `: ${incident.title}` : ''
      }`;
      return (
        <li key={JSON.stringify([incident.service, incident.incidentId])}>
          <Text as="span" variant="body-medium">
            {incident.url ? (
              <WebLink href={incident.url}>{name}</WebLink>
            ) : (
              name
            )}
          </Text>{' '}
          <Note as="span">
            {[
              incident.duration === null
                ? 'open'
                : `lasted ${format.duration(incident.duration)}`,
              LINK_METHODS[incident.link.method],
            ].join(' · ')}
          </Note>
        </li>
      );
    })}
  </ul>
);

const Detail = ({
  detail: { deployment, changes, builds, incidents },
  format,
}: {
  detail: DeploymentDetail;
  format: Formatter;
}) => (
  <>
    <Summary deployment={deployment} format={format} />
    <Section as="h3" title={`Changes (${format.number(changes.length)})`}>
      <ChangeList
        changes={changes}
        contentsKnown={deployment.contentsKnown}
        format={format}
      />
    </Section>
    <Section as="h3" title="Pipeline">
      <Builds builds={builds} format={format} />
    </Section>
    {incidents.length > 0 && (
      <Section as="h3" title="Incidents that are blamed on it">
        <Incidents incidents={incidents} format={format} />
      </Section>
    )}
  </>
);

/** A deployment, opened: its changes, its pipeline, and what is blamed on it. */
export const DeploymentDrawer = ({
  name,
  format,
  onClose,
}: {
  name: DeploymentName;
  format: Formatter;
  onClose: () => void;
}) => {
  const { value, error, isOther, retry } = useAnswer(
    ['deployment', name],
    (api, options) => api.deployment(name, options),
  );
  return (
    <Drawer title={`Deployment ${sayDeployment(name.id)}`} onClose={onClose}>
      {error && (
        <ErrorPanel what="The deployment" error={error} onRetry={retry} />
      )}
      {!error && (!value || isOther) && (
        <LoadingBlocks label="Loading the deployment" count={4} height={72} />
      )}
      {!error && value && !isOther && <Detail detail={value} format={format} />}
    </Drawer>
  );
};
