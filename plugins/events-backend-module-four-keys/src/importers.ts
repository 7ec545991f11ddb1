/**
 * The sources that remember, for who imports a history outside of Backstage.
 * Needs no database and no framework.
 *
 * @packageDocumentation
 */
export { githubSource } from './sources/github';
export { gitlabSource } from './sources/gitlab';
export { jiraApi, jiraSource } from './sources/jira';
export { pagerdutyApi, pagerdutySource } from './sources/pagerduty';
