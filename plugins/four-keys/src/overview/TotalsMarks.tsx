import type {
  PipelineHealth,
  Visibility,
} from '@four-keys/backstage-plugin-four-keys-common';
import { RiAlertLine, RiEyeOffLine } from '@remixicon/react';
import styles from './Overview.module.css';

const UNWELL = {
  degraded: 'The pipeline has a problem: these numbers may be incomplete',
  down: 'The pipeline is down: these numbers are not up to date',
};

/**
 * What one should know before one believes the numbers: beside their heading,
 * where it moves nothing when it arrives.
 */
export const TotalsMarks = ({
  services,
  status,
}: {
  services: Visibility | undefined;
  status: PipelineHealth['status'] | undefined;
}) => (
  <div role="status" className={styles.marks}>
    {services && services.visible < services.of && (
      <span className={styles.mark}>
        <RiEyeOffLine size={16} aria-hidden />
        {`${services.visible} of ${services.of} services visible`}
      </span>
    )}
    {status && status !== 'ok' && (
      <a
        href="#four-keys-pipeline"
        className={styles.mark}
        data-status={status}
      >
        <RiAlertLine size={16} aria-hidden />
        {UNWELL[status]}
      </a>
    )}
  </div>
);
