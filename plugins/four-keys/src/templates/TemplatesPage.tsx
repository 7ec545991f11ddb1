import { Container, Flex } from '@backstage/ui';
import { Controls } from '../page';
import { usePage, usePageState } from '../state';
import { Templates } from './Templates';

/** How templates are used, and what becomes of what they make. */
export const TemplatesPage = () => {
  const { state, change } = usePageState({ hasScope: false });
  const page = usePage({ state, change });
  return (
    <Container>
      <Flex direction="column" gap="5">
        <Controls state={state} change={change} hasScope={false} />
        <Templates page={page} />
      </Flex>
    </Container>
  );
};
