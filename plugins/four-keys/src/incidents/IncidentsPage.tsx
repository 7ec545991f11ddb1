import { PageFrame } from '../page';
import { Incidents } from './Incidents';

/** What went wrong, and which deployment is blamed for it. */
export const IncidentsPage = () => (
  <PageFrame>{page => <Incidents page={page} />}</PageFrame>
);
