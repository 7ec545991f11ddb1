import type { PageState } from '../state';
import { Choice } from './Choice';

const TIERS = ['production', 'staging', 'testing', 'development'];

const capital = (name: string) => name[0].toUpperCase() + name.slice(1);

/** The tiers, and the one environment that a link may have asked for. */
const optionsWith = (current: string) =>
  [...new Set([...TIERS, current])].map(id => ({ id, label: capital(id) }));

/** Where: a tier, or the environment of a link. */
export const EnvironmentPicker = ({
  value,
  onChange,
}: {
  value: PageState['environment'];
  onChange: (environment: string) => void;
}) => (
  <Choice
    label="Environment"
    options={optionsWith(value)}
    value={value}
    onChange={onChange}
  />
);
