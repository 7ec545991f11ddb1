import type { ReactNode } from 'react';
import { LoadingBlocks } from '../components';
import { useOwned, usePage, usePageState, type Page } from '../state';
import { Controls } from './Controls';
import { PageBody } from './PageBody';

type PageContent = (page: Page) => ReactNode;

const Content = ({
  children,
  ...state
}: Parameters<typeof usePage>[0] & { children: PageContent }) =>
  children(usePage(state));

/** A page of the plugin: the choices that all of them share, and what is its own. */
export const PageFrame = ({
  controls,
  children,
}: {
  /** Choices of this page, after the shared ones. */
  controls?: ReactNode;
  children: PageContent;
}) => {
  const { state, change } = usePageState();
  const isMine = state.scope.kind === 'mine';
  const owned = useOwned(isMine);
  return (
    <PageBody>
      <Controls state={state} change={change}>
        {controls}
      </Controls>
      {isMine && owned === undefined ? (
        <LoadingBlocks label="Loading what you own" count={3} height={120} />
      ) : (
        <Content state={state} change={change} owned={owned}>
          {children}
        </Content>
      )}
    </PageBody>
  );
};
