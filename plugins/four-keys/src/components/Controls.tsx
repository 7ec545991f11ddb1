import { Select } from '@backstage/ui';
import { TABLE_DIMENSIONS, WINDOW_DAYS, type View } from '../state';
import styles from './Controls.module.css';

const TIERS = ['production', 'staging', 'testing', 'development'];

const DIMENSION_LABELS: Record<View['by'], string> = {
  service: 'Services',
  team: 'Teams',
  system: 'Systems',
  template: 'Templates',
};

const capital = (name: string) => name[0].toUpperCase() + name.slice(1);

/** The tiers, and the one environment that a link may have asked for. */
const environmentOptions = (current: string) =>
  [...new Set([...TIERS, current])].map(id => ({ id, label: capital(id) }));

const WINDOW_OPTIONS = WINDOW_DAYS.map(days => ({
  id: String(days),
  label: `Last ${days} days`,
}));

const DIMENSION_OPTIONS = TABLE_DIMENSIONS.map(id => ({
  id,
  label: DIMENSION_LABELS[id],
}));

/** A choice whose options are the keys that it hands out. */
const Choice = <Key extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: ReadonlyArray<{ readonly id: Key; readonly label: string }>;
  value: Key;
  onChange: (key: Key) => void;
}) => (
  <Select
    label={label}
    options={options}
    value={value}
    onChange={chosen => {
      const option = options.find(({ id }) => id === chosen);
      if (option && option.id !== value) {
        onChange(option.id);
      }
    }}
  />
);

/** Where, over which days, and by what; the table has the last one. */
export const Controls = ({
  view,
  change,
  withRows = true,
}: {
  view: View;
  change: (change: Partial<View>) => void;
  withRows?: boolean;
}) => (
  <div className={styles.controls} role="group" aria-label="What to show">
    <Choice
      label="Environment"
      options={environmentOptions(view.environment)}
      value={view.environment}
      onChange={environment => change({ environment })}
    />
    <Choice
      label="Window"
      options={WINDOW_OPTIONS}
      value={String(view.days)}
      onChange={chosen =>
        change({ days: WINDOW_DAYS.find(days => String(days) === chosen) })
      }
    />
    {withRows && (
      <Choice
        label="Rows"
        options={DIMENSION_OPTIONS}
        value={view.by}
        onChange={by => change({ by })}
      />
    )}
  </div>
);
