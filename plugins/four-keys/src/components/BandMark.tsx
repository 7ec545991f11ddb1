import type { Band } from '@four-keys/backstage-plugin-four-keys-common';
import { BAND_LEVELS, sayBand } from '../words';
import styles from './BandMark.module.css';

/** Where a number stands in the report of a year: in words, and as rising bars. */
export const BandMark = ({ band }: { band: Band }) => {
  const rank = BAND_LEVELS.indexOf(band.level);
  return (
    <span className={styles.band} data-level={band.level}>
      <svg
        width="16"
        height="12"
        viewBox="0 0 16 12"
        aria-hidden="true"
        focusable="false"
      >
        {BAND_LEVELS.map((level, index) => (
          <rect
            key={level}
            x={index * 4}
            y={9 - index * 3}
            width="3"
            height={3 + index * 3}
            opacity={index <= rank ? 1 : 0.25}
          />
        ))}
      </svg>
      {sayBand(band)}
    </span>
  );
};
