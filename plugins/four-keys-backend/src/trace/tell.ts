import { buildStep, policyStep, scaffoldStep } from './claimSteps';
import { changeStep, deploymentStep, incidentStep } from './factSteps';
import { Joins } from './Joins';
import type { Story } from './readStory';
import type { StoryClaim } from './statements';
import type { Fields, SortedStep } from './step';

function groupBy<T>(
  list: readonly T[],
  keyOf: (one: T) => string,
): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

const ofKind = (claims: readonly StoryClaim[], prefix: string) =>
  claims.filter(({ kind }) => kind.startsWith(prefix));

/** Every step of a story, in the order in which they began. */
export function tell(correlationId: string, story: Story): SortedStep[] {
  const joins = new Joins(correlationId, story);
  const scaffolds = groupBy(ofKind(story.carriers, 'scaffold.'), ({ data }) =>
    String((data as Fields).run_id),
  );
  const builds = groupBy(story.builds, ({ service, data }) =>
    JSON.stringify([service, (data as Fields).pipeline_run_id]),
  );
  return [
    ...[...scaffolds.values()].map(claims => scaffoldStep(claims, joins)),
    ...story.policies.map(claim => policyStep(claim, joins)),
    ...story.changes.map(change => changeStep(change, joins)),
    ...[...builds.values()].map(claims => buildStep(claims, joins)),
    ...story.deployments.flatMap(one => deploymentStep(one, joins)),
    ...story.incidents.flatMap(one => incidentStep(one, joins)),
  ].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}
