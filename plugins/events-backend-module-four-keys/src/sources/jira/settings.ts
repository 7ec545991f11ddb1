import type { Config } from '@backstage/config';
import {
  readGlobs,
  readServiceResolver,
  type SourceContext,
} from '@four-keys/backstage-plugin-four-keys-node/sources';

/** Stands for both annotations of a component, which name it only together. */
export const COMPONENT = 'jira/component';

/**
 * Two projects may have components of the same name, so a component is asked
 * for as `PROJECT/component`, and found where an entity has both annotations.
 */
function byComponent(catalog: SourceContext['catalog']) {
  return {
    find(annotation: string, value: string) {
      if (annotation !== COMPONENT) {
        return catalog.find(annotation, value);
      }
      const [project, ...component] = value.split('/');
      const inProject = new Set(
        catalog.find('jira/project-key', project).map(one => one.service),
      );
      return catalog
        .find(COMPONENT, component.join('/'))
        .filter(({ service }) => inProject.has(service));
    },
  };
}

/** Reads how the issues of one Jira are understood. */
export function readJiraSettings(config: Config, context: SourceContext) {
  return {
    isIncidentType: readGlobs(config, 'issueTypes', [
      'Incident',
      '?System? Incident',
    ]),
    isDone: readGlobs(config, 'doneStatuses', [
      'Done',
      'Resolved',
      'Closed',
      'Completed',
      'Cancelled',
      'Canceled',
    ]),
    causeField: config.getOptionalString('causeField'),
    servicesOf: readServiceResolver(
      config,
      { ...context, catalog: byComponent(context.catalog) },
      'project',
    ),
  } as const;
}

/** How the issues of one Jira are understood. */
export type JiraSettings = ReturnType<typeof readJiraSettings>;
