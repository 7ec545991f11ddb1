import type { KeyboardEvent, SyntheticEvent } from 'react';
import styles from './MetricsTable.module.css';

/** The row that a cell is in can be pressed too, and is not meant. */
const stop = (event: SyntheticEvent) => event.stopPropagation();

/** Arrow keys go on to the table, which moves by them. */
const stopPress = (event: KeyboardEvent) => {
  if (event.key === 'Enter' || event.key === ' ') {
    event.stopPropagation();
  }
};

/**
 * A button in a cell, in its line like text. A plain one: a page of the table
 * has hundreds, and those of the design system take longer to come than the
 * numbers do.
 */
export const CellButton = ({
  label,
  isQuiet = false,
  onPress,
  children,
}: {
  /** What it does, beginning with what it shows. */
  label: string;
  /** What it says is no number. */
  isQuiet?: boolean;
  onPress: () => void;
  children: string;
}) => (
  <button
    type="button"
    className={styles.button}
    data-quiet={isQuiet || undefined}
    aria-label={label}
    onPointerDown={stop}
    onMouseDown={stop}
    onKeyDown={stopPress}
    onClick={event => {
      event.stopPropagation();
      onPress();
    }}
  >
    {children}
  </button>
);
