import type { MappingRule } from '../rules';

const status =
  '{"SUCCESS": "success", "FAILURE": "failure", "ABORT": "cancelled"}';

const incident = `{
  "service_id": service_id ? service_id : component,
  "incident_id": "devlake/" & issueKey,
  "title": title,
  "severity": severity ? severity : priority,
  "url": url
}`;

/** What jobs send that report to a webhook of Apache DevLake: deployments and incidents. */
export const devlake: readonly MappingRule[] = [
  {
    each: 'deploymentCommits',
    when: `$exists($lookup(${status}, $body.result ? $body.result : "SUCCESS"))`,
    type: 'deploy.completed',
    id: '"deployment/" & $body.id & "/" & commitSha',
    time: 'finishedDate ? finishedDate : $body.finishedDate',
    data: `{
      "service_id": $body.service_id ? $body.service_id : $split($split(repoUrl, "/")[-1], ".git")[0],
      "environment": $body.environment ? $body.environment : "PRODUCTION",
      "deployment_id": "devlake/" & $body.id,
      "commit_sha": commitSha,
      "branch": refName,
      "status": $lookup(${status}, $body.result ? $body.result : "SUCCESS"),
      "started_at": startedDate ? startedDate : $body.startedDate,
      "finished_at": finishedDate ? finishedDate : $body.finishedDate
    }`,
  },
  {
    when: '$exists(issueKey) and type = "INCIDENT"',
    type: 'incident.opened',
    id: '"incident/" & issueKey & "/opened"',
    time: 'createdDate',
    data: incident,
  },
  {
    when: '$exists(issueKey) and type = "INCIDENT" and status = "DONE"',
    type: 'incident.resolved',
    id: '"incident/" & issueKey & "/resolved/" & resolutionDate',
    time: 'resolutionDate',
    data: incident,
  },
];
