import type { ReactNode } from 'react';
import type { PageState } from '../state';
import styles from './Controls.module.css';
import { EnvironmentPicker } from './EnvironmentPicker';
import { ScopePicker } from './ScopePicker';
import { TimezonePicker } from './TimezonePicker';
import { WindowPicker } from './WindowPicker';

/** About what, where, over which days and whose days; a page may add its own. */
export const Controls = ({
  state,
  change,
  hasScope = true,
  children,
}: {
  state: PageState;
  change: (change: Partial<PageState>) => void;
  /** Without: the page is about one thing. */
  hasScope?: boolean;
  /** Further choices, such as a `Choice`. */
  children?: ReactNode;
}) => (
  <div className={styles.controls} role="group" aria-label="What to show">
    {hasScope && (
      <ScopePicker value={state.scope} onChange={scope => change({ scope })} />
    )}
    <EnvironmentPicker
      value={state.environment}
      onChange={environment => change({ environment })}
    />
    <WindowPicker
      value={state.window}
      timezone={state.timezone}
      onChange={window => change({ window })}
    />
    <TimezonePicker
      value={state.timezone}
      onChange={timezone => change({ timezone })}
    />
    {children}
  </div>
);
