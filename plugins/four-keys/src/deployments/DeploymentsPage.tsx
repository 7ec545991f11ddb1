import { PageFrame } from '../page';
import { ChooseService } from './ChooseService';
import { ServiceDeployments } from './ServiceDeployments';

/** What a service deployed, and what became of it. */
export const DeploymentsPage = () => (
  <PageFrame>
    {page =>
      page.state.scope.kind === 'service' ? (
        <ServiceDeployments page={page} service={page.state.scope.name} />
      ) : (
        <ChooseService page={page} />
      )
    }
  </PageFrame>
);
