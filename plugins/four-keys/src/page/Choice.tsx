import { Select } from '@backstage/ui';

/** One of a few. */
export interface Option<Key extends string> {
  readonly id: Key;
  readonly label: string;
}

/** A choice whose options are the keys that it hands out. */
export const Choice = <Key extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: ReadonlyArray<Option<Key>>;
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
