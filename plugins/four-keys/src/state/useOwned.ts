import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useEffect, useState } from 'react';

/**
 * The refs as which the viewer owns things, groups among them; undefined: not
 * known yet. Asked only where somebody wants to know.
 */
export function useOwned(isWanted: boolean): readonly string[] | undefined {
  const identityApi = useApi(identityApiRef);
  const [owned, setOwned] = useState<readonly string[]>();
  useEffect(() => {
    let isCurrent = true;
    if (isWanted) {
      identityApi.getBackstageIdentity().then(
        ({ ownershipEntityRefs }) =>
          isCurrent && setOwned([...ownershipEntityRefs].sort()),
        () => isCurrent && setOwned([]),
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [identityApi, isWanted]);
  return owned;
}
