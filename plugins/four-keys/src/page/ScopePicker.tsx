import { Combobox } from '@backstage/ui';
import { useState } from 'react';
import { nameOfRef } from '../catalog';
import { NAMED_SCOPES, type NamedScope, type ScopeChoice } from '../state';
import { Choice } from './Choice';
import { useScopeNames } from './useScopeNames';

export const SCOPE_LABELS: Record<NamedScope, string> = {
  team: 'Team',
  system: 'System',
  domain: 'Domain',
  service: 'Service',
  template: 'Template',
};

const OPTIONS: ReadonlyArray<{ id: ScopeChoice['kind']; label: string }> = [
  { id: 'all', label: 'Everything' },
  { id: 'mine', label: 'Everything I own' },
  ...NAMED_SCOPES.map(id => ({ id, label: `One ${id}` })),
];

/** The name of a scope as people say it: of an entity without kind and namespace. */
export const shortName = (kind: NamedScope, name: string) =>
  kind === 'template' ? name : nameOfRef(name);

const NamePicker = ({
  kind,
  value,
  onChange,
}: {
  kind: NamedScope;
  /** Undefined: none is chosen yet. */
  value: string | undefined;
  onChange: (name: string) => void;
}) => {
  const chosen = value === undefined ? '' : shortName(kind, value);
  const [typed, setTyped] = useState(chosen);
  // What is chosen stands in the field; whoever opens the list sees the others too.
  const names = useScopeNames(kind, typed === chosen ? '' : typed.trim());
  const known = names ?? [];
  const options =
    value === undefined || known.some(({ id }) => id === value)
      ? known
      : [{ id: value, label: chosen }, ...known];
  return (
    <Combobox
      label={SCOPE_LABELS[kind]}
      placeholder={`Which ${kind}?`}
      options={options}
      loading={{ state: names === undefined ? 'loading' : 'idle' }}
      search={{ mode: 'server', inputValue: typed, onInputChange: setTyped }}
      value={value ?? null}
      onChange={next => {
        if (next !== null && next !== value) {
          onChange(String(next));
        }
      }}
      // A service that is in no catalog is chosen by its id.
      allowsCustomValue={kind === 'service'}
    />
  );
};

/** About what: everything, what the viewer owns, or one thing. */
export const ScopePicker = ({
  value,
  onChange,
}: {
  value: ScopeChoice;
  onChange: (scope: ScopeChoice) => void;
}) => {
  // Whoever wants one team has not said which yet.
  const [wanted, setWanted] = useState<NamedScope>();
  const named = 'name' in value ? value : undefined;
  const kind = wanted ?? named?.kind;
  return (
    <>
      <Choice
        label="Show"
        options={OPTIONS}
        value={wanted ?? value.kind}
        onChange={chosen => {
          if (chosen === 'all' || chosen === 'mine') {
            setWanted(undefined);
            onChange({ kind: chosen });
          } else {
            setWanted(chosen);
          }
        }}
      />
      {kind && (
        <NamePicker
          // Each kind begins with an empty field, each choice with its name.
          key={JSON.stringify([kind, named])}
          kind={kind}
          value={named?.kind === kind ? named.name : undefined}
          onChange={name => {
            setWanted(undefined);
            onChange({ kind, name });
          }}
        />
      )}
    </>
  );
};
