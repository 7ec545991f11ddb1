import { Flex, Skeleton, Text } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  fourKeysIncidentsCorrectPermission,
  type IncidentRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useState } from 'react';
import {
  EmptyState,
  ErrorPanel,
  Note,
  Section,
  VisibleServices,
} from '../components';
import { useIncidents, useMetrics, type Page } from '../state';
import { METRIC_WORDS, sayNullState, sayValue } from '../words';
import { CorrectLink } from './CorrectLink';
import { IncidentsTable } from './IncidentsTable';

/** The number that corrections change, so that one sees them change it. */
const FailureRate = ({ page }: { page: Page }) => {
  const { value, error, retry } = useMetrics(page);
  const { format } = page;
  if (error) {
    return <ErrorPanel what="The failure rate" error={error} onRetry={retry} />;
  }
  if (!value) {
    return <Skeleton width="60%" height={48} />;
  }
  const { metrics, scope } = value;
  const missing = sayNullState('changeFailureRate', {
    metrics,
    environment: scope.environment,
    format,
  });
  return (
    <div role="status" aria-label="Change failure rate">
      <Text as="p" variant="title-x-small">
        {`Change failure rate: ${
          sayValue('changeFailureRate', metrics, format) ?? missing?.short
        }`}
      </Text>
      <Note>
        {[
          ...METRIC_WORDS.changeFailureRate.facts(
            metrics.changeFailureRate,
            format,
          ),
          ...(missing ? [missing.todo] : []),
        ].join(' · ')}
      </Note>
    </div>
  );
};

/** The incidents of a scope; with the permission, each can be corrected. */
export const Incidents = ({ page }: { page: Page }) => {
  const { value, error, isPending, retry } = useIncidents(page);
  const permission = usePermission({
    permission: fourKeysIncidentsCorrectPermission,
  });
  const [correcting, setCorrecting] = useState<IncidentRow>();
  const [outcome, setOutcome] = useState<string>();
  const { format, question } = page;
  if (error) {
    return <ErrorPanel what="The incidents" error={error} onRetry={retry} />;
  }
  const rows = value?.rows;
  return (
    <Flex direction="column" gap="5">
      <FailureRate page={page} />
      <Section title="Incidents">
        {value && <VisibleServices services={value.services} format={format} />}
        <div role="status">{outcome && <Note>{outcome}</Note>}</div>
        {rows?.length === 0 ? (
          <EmptyState
            what={`No incident was active in ${question.scope.environment} in this window.`}
            todo="That is good news only where incidents are reported: connect an incident tool, or annotate the entities with four-keys.dev/incidents."
          />
        ) : (
          <IncidentsTable
            rows={rows}
            isStale={isPending && rows !== undefined}
            format={format}
            onCorrect={permission.allowed ? setCorrecting : undefined}
          />
        )}
        {!permission.loading && !permission.allowed && (
          <Note>
            You may look, and not correct: ask for the permission
            fourKeys.incidents.correct.
          </Note>
        )}
        {value && value.nextCursor !== null && (
          <Note>
            {`The latest ${format.count(
              value.rows.length,
              'incident',
            )}; choose a shorter window to see earlier ones.`}
          </Note>
        )}
      </Section>
      {correcting && (
        <CorrectLink
          incident={correcting}
          format={format}
          onClose={said => {
            setCorrecting(undefined);
            setOutcome(said);
          }}
        />
      )}
    </Flex>
  );
};
