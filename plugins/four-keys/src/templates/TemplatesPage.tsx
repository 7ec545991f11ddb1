import { Controls, PageBody } from '../page';
import { usePage, usePageState } from '../state';
import { Templates } from './Templates';

/** How templates are used, and what becomes of what they make. */
export const TemplatesPage = () => {
  const { state, change } = usePageState({ hasScope: false });
  const page = usePage({ state, change });
  return (
    <PageBody>
      <Controls state={state} change={change} hasScope={false} />
      <Templates page={page} />
    </PageBody>
  );
};
