import { Skeleton } from '@backstage/ui';
import styles from './LoadingBlocks.module.css';

/** The places of things that are on their way; as high as those will be. */
export const LoadingBlocks = ({
  label,
  count,
  height,
}: {
  /** What is on its way, for a person who does not see the places. */
  label: string;
  count: number;
  /** Of each, in pixels. */
  height: number;
}) => (
  <div role="status" aria-label={label} className={styles.blocks}>
    {Array.from({ length: count }, (_, place) => (
      <Skeleton key={place} height={height} />
    ))}
  </div>
);
