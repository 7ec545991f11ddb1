import { EmptyState } from '../components';
import type { ScopeChoice } from '../state';

/** Nothing was ever reported about what was chosen. */
export const UnknownScope = ({
  scope,
  problem,
}: {
  scope: ScopeChoice;
  /** What the backend says about it; it knows similar names. */
  problem: string;
}) =>
  scope.kind === 'mine' ? (
    <EmptyState
      what="Nothing that you or your teams own has reported anything yet."
      todo="Ownership comes from the catalog: see that your services name their team as owner, and that their pipelines report. Until then, choose Everything above."
    />
  ) : (
    <EmptyState
      what={`${problem}.`}
      todo="Choose another one above. A service appears with its first event, a team, system or domain when a service of it does."
    />
  );
