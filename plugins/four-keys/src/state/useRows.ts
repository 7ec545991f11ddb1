import type {
  DeploymentRow,
  IncidentRow,
  Page,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useAnswer, type Answer } from './useAnswer';
import type { Asked } from './useMetrics';

/** What the backend answers at most; a timeline of more would be a wall. */
const LIMIT = 500;

/** The deployments of a page, the latest first. */
export const useDeployments = ({
  question,
  key,
}: Asked): Answer<Page<DeploymentRow>> =>
  useAnswer(['deployments', key, question.scope], (api, options) =>
    api.deployments(question, { limit: LIMIT }, options),
  );

/** The incidents of a page, the latest first. */
export const useIncidents = ({
  question,
  key,
}: Asked): Answer<Page<IncidentRow>> =>
  useAnswer(['incidents', key, question.scope], (api, options) =>
    api.incidents(question, { limit: LIMIT }, options),
  );
