import { InputError } from '@backstage/errors';
import type { ComposeAttributes, Snippet, SnippetModule } from './library';

const SLOT = /^([ \t]*)# four-keys:slot ([a-z][a-z0-9-]*)[ \t]*$/;
const PLACEHOLDER = /\(\(([a-zA-Z][a-zA-Z0-9]*)\)\)/g;

/** What may stand in YAML and in a shell without any quotes. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._/@:-]*$/;

/** An assembled file, and which snippets went in. */
export interface Assembled {
  readonly text: string;
  readonly snippets: readonly Snippet[];
}

function fits(
  { when }: Snippet,
  attributes: ComposeAttributes,
  levels: readonly string[],
): boolean {
  const holds = (wanted: readonly string[] | undefined, is?: string) =>
    wanted === undefined || (is !== undefined && wanted.includes(is));
  const level = levels.indexOf(attributes.complianceLevel ?? levels[0]);
  return (
    holds(when.language, attributes.language) &&
    holds(when.runtime, attributes.runtime?.split('@')[0]) &&
    holds(when.deployType, attributes.deployType) &&
    (when.from === undefined || level >= levels.indexOf(when.from))
  );
}

function fill(
  text: string,
  file: string,
  values: Readonly<Record<string, string>>,
): string {
  return text
    .split('\n')
    .map((line, index) =>
      line.replace(PLACEHOLDER, (_, name: string) => {
        if (!Object.hasOwn(values, name)) {
          throw new InputError(
            `${file}, line ${
              index + 1
            }: ((${name})) has no value; give it in values.${name} of the step`,
          );
        }
        return values[name];
      }),
    )
    .join('\n');
}

/**
 * Puts the snippets that fit into the slots of the frame, in the order of the
 * module. A slot without any is left out.
 *
 * @throws InputError naming file, line and field of what is wrong.
 */
export function assemble(options: {
  module: SnippetModule;
  attributes: ComposeAttributes;
  /** From the least to the most demanding. */
  levels: readonly string[];
  values: Readonly<Record<string, string>>;
}): Assembled {
  const { module, attributes, levels, values } = options;
  for (const [name, value] of Object.entries(values)) {
    if (!SAFE.test(value)) {
      throw new InputError(
        `values.${name} is "${value}", it must be of A-Z, a-z, 0-9 and "._/@:-", because it becomes part of a pipeline`,
      );
    }
  }
  const level = attributes.complianceLevel;
  if (level !== undefined && !levels.includes(level)) {
    throw new InputError(
      `complianceLevel is "${level}", it must be one of ${levels.join(', ')}`,
    );
  }
  const chosen = module.snippets.filter(one => fits(one, attributes, levels));
  const slots = new Set<string>();
  const lines = fill(module.frame.text, module.frame.file, values)
    .split('\n')
    .flatMap(line => {
      const [, indent, slot] = SLOT.exec(line) ?? [];
      if (slot === undefined) {
        return [line];
      }
      slots.add(slot);
      return chosen
        .filter(one => one.slot === slot)
        .flatMap(one =>
          fill(one.text, one.file, values)
            .replace(/\n+$/, '')
            .split('\n')
            .map(text => (text === '' ? '' : indent + text)),
        );
    });
  const lost = chosen.find(({ slot }) => !slots.has(slot));
  if (lost) {
    throw new InputError(
      `${module.frame.file} has no slot ${lost.slot}, which the snippet ${lost.id} is for; add "# four-keys:slot ${lost.slot}"`,
    );
  }
  return { text: lines.join('\n'), snippets: chosen };
}
