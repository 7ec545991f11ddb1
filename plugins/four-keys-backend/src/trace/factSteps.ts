import type { Joins } from './Joins';
import type { StoryChange, StoryDeployment, StoryIncident } from './statements';
import { idsOf, pages, short, toSorted, type SortedStep } from './step';

/** A commit and how it landed. */
export function changeStep(change: StoryChange, joins: Joins): SortedStep {
  const { service, sha, pr_id: prId, branch, repository } = change;
  const landing = change.merged_at === null ? '' : ' landed';
  let joinedBy = joins.by('commit', sha);
  if (joins.carried(service, 'change', sha)) {
    joinedBy = joins.byCorrelation();
  } else if (change.brought_by !== null) {
    joinedBy = joins.by('deployment', change.brought_by);
  }
  return toSorted({
    kind: 'change',
    begin: change.t0 ?? change.seen_at,
    end: change.merged_at,
    status: change.merged_at === null ? 'open' : 'landed',
    service,
    key: `${service} ${sha}`,
    summary: `The change ${short(sha)}${
      prId === null ? '' : ` of pull request ${prId}`
    }${landing}${landing && branch ? ` on ${branch}` : ''}`,
    ids: idsOf({ commit_sha: sha, service_id: service, pr_id: prId }),
    joinedBy,
    links: pages('Repository', repository),
  });
}

/** A deployment; none when it is not known when it was. */
export function deploymentStep(
  deployment: StoryDeployment,
  joins: Joins,
): SortedStep[] {
  const { service, environment, id, pipeline_run_id: run } = deployment;
  const begin = deployment.started_at ?? deployment.finished_at;
  if (begin === null) {
    return [];
  }
  const { commit_sha: sha, version } = deployment;
  let joinedBy = joins.byCorrelation();
  if (deployment.correlation_id !== joinedBy.value) {
    joinedBy =
      run !== null && joins.carried(service, 'run', run)
        ? joins.by('run', run)
        : joins.by('commit', sha ?? id);
  }
  const outcome = {
    success: 'reached',
    failure: 'did not reach',
    cancelled: 'was cancelled on its way to',
  }[deployment.status];
  return [
    toSorted({
      kind: 'deployment',
      begin,
      end: deployment.finished_at,
      status: deployment.status,
      service,
      key: `${service} ${environment} ${id}`,
      summary: `${
        version ?? (sha === null ? `The deployment ${id}` : short(sha))
      } of ${service} ${outcome ?? 'is on its way to'} ${environment}`,
      ids: idsOf({
        deployment_id: id.startsWith('run:') ? null : id,
        environment,
        service_id: service,
        commit_sha: sha,
        pipeline_run_id: run,
        release_id: deployment.release_id,
        version,
      }),
      joinedBy,
      links: [],
    }),
  ];
}

/** An incident; none when it is not known when it was. */
export function incidentStep(
  incident: StoryIncident,
  joins: Joins,
): SortedStep[] {
  const { service, incident_id: id, title, link_method: method } = incident;
  const begin = incident.start ?? incident.last_resolved_at;
  if (begin === null) {
    return [];
  }
  const deployment = incident.link_deployment_id;
  const link = method === 'unlinked' ? null : method;
  const joinedBy =
    deployment === null || joins.carried(service, 'incident', id)
      ? joins.byCorrelation()
      : joins.by('deployment', deployment);
  return [
    toSorted({
      kind: 'incident',
      begin,
      end: incident.resolved_at,
      status: incident.resolved_at === null ? 'open' : 'resolved',
      service,
      key: `${service} ${id}`,
      summary: `The incident ${id}${
        title === null ? '' : `, ${title},`
      } hit ${service}${
        deployment === null ? '' : ` and is blamed on ${deployment}`
      }`,
      ids: idsOf({
        incident_id: id,
        service_id: service,
        environment: incident.place,
        deployment_id: deployment,
      }),
      joinedBy: { ...joinedBy, link },
      links: pages('Incident', incident.url),
    }),
  ];
}
