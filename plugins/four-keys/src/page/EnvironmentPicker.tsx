import { usePageDefaults, type PageState } from '../state';
import { Choice } from './Choice';

const capital = (name: string) => name[0].toUpperCase() + name.slice(1);

/** Those of the app, and the one environment that a link may have asked for. */
const optionsWith = (offered: readonly string[], current: string) =>
  [...new Set([...offered, current])].map(id => ({ id, label: capital(id) }));

/** Where: a tier, or the environment of a link. */
export const EnvironmentPicker = ({
  value,
  onChange,
}: {
  value: PageState['environment'];
  onChange: (environment: string) => void;
}) => {
  const { environments } = usePageDefaults();
  return (
    <Choice
      label="Environment"
      options={optionsWith(environments, value)}
      value={value}
      onChange={onChange}
    />
  );
};
