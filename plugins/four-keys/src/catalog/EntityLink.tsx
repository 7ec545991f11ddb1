import { useRouteRef } from '@backstage/frontend-plugin-api';
import {
  entityRouteParams,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { Link } from '@backstage/ui';

/** A link to the page of an entity; plain text where there is no catalog. */
export const EntityLink = ({
  entityRef,
  children,
}: {
  entityRef: string;
  children: string;
}) => {
  const entityRoute = useRouteRef(entityRouteRef);
  const href = entityRoute?.(
    entityRouteParams(entityRef, { encodeParams: true }),
  );
  return href ? <Link href={href}>{children}</Link> : <span>{children}</span>;
};
