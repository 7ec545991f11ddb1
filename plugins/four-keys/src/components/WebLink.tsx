import { Link } from '@backstage/ui';

/** A link to another site, which opens beside the portal. */
export const WebLink = ({
  href,
  children,
}: {
  href: string;
  children: string;
}) => (
  <Link href={href} target="_blank" rel="noopener noreferrer">
    {children}
  </Link>
);
